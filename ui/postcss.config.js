import mantine from "postcss-preset-mantine";

// Sizes in our own styles are written in px and become rem, so that the system's text size scales the whole page.
export default { plugins: [mantine({ autoRem: true })] };
