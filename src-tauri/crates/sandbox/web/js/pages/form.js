import { Form } from "../form/form.js";
import { armSwallowedClick } from "../form/traps.js";
import { data } from "../page.js";
import { draw } from "../shell.js";

const form = new Form(data.item);
draw(form.node);
armSwallowedClick(form.node);
if (data.item) form.prefill().catch((error) => form.failed(error));
