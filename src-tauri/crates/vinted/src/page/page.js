// Finds and reads elements by the ways of the site profile. One expression whose value is an object of functions;
// every call brings it along, so that nothing is left in the page.
(() => {
  'use strict';

  const LETTERS = { ł: 'l', ø: 'o', œ: 'oe', æ: 'ae', ß: 'ss', '’': "'", 'ʼ': "'", '`': "'" };
  // The same folding as domain::values::fold.
  const fold = (text) =>
    (text || '')
      .toLowerCase()
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[łøœæß’ʼ`]/g, (c) => LETTERS[c])
      .replace(/\s+/g, ' ')
      .trim();
  // Labels mark required fields with a star or end with a colon.
  const plain = (text) => fold(text).replace(/[\s*:]+$/, '');
  const tidy = (text) => (text || '').replace(/\s+/g, ' ').trim();

  const seen = (el) => {
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && el.checkVisibility({ visibilityProperty: true });
  };
  const words = (el) => el.innerText || el.textContent || '';
  const byIds = (el, attribute) =>
    (el.getAttribute(attribute) || '')
      .split(/\s+/)
      .filter(Boolean)
      .map((id) => document.getElementById(id))
      .filter(Boolean)
      .map(words)
      .join(' ');
  const titled = (el) => el.querySelector('.web_ui__Cell__title, [data-testid$="--title"]');
  // The accessible name, as far as the site's components need it.
  const name = (el) => {
    const said = el.getAttribute('aria-label') || byIds(el, 'aria-labelledby');
    if (said) return tidy(said);
    if (el.labels && el.labels.length) return tidy(words(el.labels[0]));
    const title = titled(el);
    if (title) return tidy(words(title));
    if (el.matches('input, textarea')) return tidy(el.getAttribute('placeholder'));
    return tidy(words(el)) || tidy(el.getAttribute('title'));
  };

  const ROLES = {
    textbox: 'input:not([type]), input[type="text"], textarea, [role="textbox"], [role="combobox"]',
    searchbox: 'input[type="search"], [role="searchbox"]',
    button: 'button, [role="button"]',
    link: 'a[href], [role="link"]',
    radio: '[role="radio"], input[type="radio"]',
    checkbox: '[role="checkbox"], input[type="checkbox"]',
  };
  const CHOICE = '[role="radio"], [role="checkbox"], [role="option"], input[type="radio"], input[type="checkbox"]';
  const ROW = CHOICE + ', ul [role="button"], [role="listbox"] [role="button"]';
  const MODAL = '.ReactModal__Content, [role="dialog"], [aria-modal="true"]';

  const select = (root, css) => {
    try {
      return [...root.querySelectorAll(css)];
    } catch {
      return [];
    }
  };

  // The control that a visible label speaks of.
  const beside = (label) => {
    if (label.control) return label.control;
    for (let up = label, i = 0; up && i < 5; up = up.parentElement, i++) {
      const inside = up.querySelector('input, textarea, [role="combobox"], [role="radio"]');
      if (inside) return inside;
    }
    return null;
  };
  const labelled = (root, names) =>
    select(root, 'label, legend, h2, h3, h4, span, div, p')
      .filter((el) => {
        const own = [...el.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join(' ');
        return own.trim() && names.includes(plain(own));
      })
      .map(beside)
      .filter(Boolean);

  // The open panel of a field: named by the field, or the modal in front, or what opened beside it.
  const panelOf = (field) => {
    const named = document.getElementById(field.getAttribute('aria-controls') || '');
    if (named && seen(named)) return named;
    const modal = select(document, MODAL).filter(seen).find((m) => select(m, ROW).some(seen));
    if (modal) return modal;
    for (let up = field.parentElement, i = 0; up && i < 5; up = up.parentElement, i++) {
      const others = select(up, 'input[readonly], textarea').filter((el) => el !== field);
      if (others.length) return null;
      if (select(up, ROW).some(seen)) return up;
    }
    return null;
  };

  // The form's own controls in their order; what lies in an open panel, a header or a dialog is none.
  const CONTROL =
    'input:not([type]), input[type="text"], input[type="number"], input[type="tel"], textarea, [role="combobox"]';
  const NOT_THE_FORM = `header, nav, footer, [role="search"], ${MODAL}, [data-testid$="-content"]`;
  const MONEY = /[€£$]|\b(eur|gbp|usd|pln|zł|czk|kč|sek|dkk|nok|kr|huf|ft|ron|lei|chf)\b/i;
  const shapeOf = (el) => {
    if (el.matches('textarea')) return 'area';
    if (el.readOnly || el.matches('[role="combobox"], [aria-haspopup]')) return 'picker';
    if (MONEY.test(`${el.value} ${el.placeholder}`)) return 'amount';
    return /decimal|numeric|tel/.test(el.inputMode) || /number|tel/.test(el.type) ? 'number' : 'line';
  };
  // A field by its place in the known order. Only where that is beyond doubt: its neighbours stand in the known order,
  // and there are as many unknown controls of its shape as fields of that shape are missing: for a picker between
  // those neighbours, for what is typed into in the whole form.
  const positioned = ({ at, fields }) => {
    const controls = select(document, CONTROL).filter((el) => seen(el) && !el.closest(NOT_THE_FORM));
    const found = fields.map((field, i) => (i === at ? -1 : controls.indexOf(find(field.ways, document, false)?.el)));
    const known = found.filter((place) => place >= 0);
    if (known.some((place, i) => i > 0 && place <= known[i - 1])) return [];
    const { shape } = fields[at];
    const unknown = (el, place) => !found.includes(place) && shapeOf(el) === shape;
    const pickers = controls.filter((el) => shapeOf(el) === 'picker');
    const first = fields.findIndex((field) => field.shape === 'picker');
    // Before a leaf is chosen the form has one picker.
    if (shape === 'picker' && pickers.length === 1) return at === first && unknown(pickers[0], controls.indexOf(pickers[0])) ? pickers : [];
    let [low, high] = [-1, fields.length];
    if (shape === 'picker') {
      found.forEach((place, i) => {
        if (place >= 0 && i < at) low = i;
        if (place >= 0 && i > at && high === fields.length) high = i;
      });
    }
    const from = low < 0 ? -1 : found[low];
    const to = high === fields.length ? controls.length : found[high];
    const there = controls.filter((el, place) => place > from && place < to && unknown(el, place));
    const missing = fields.map((_, i) => i).filter((i) => i > low && i < high && found[i] < 0 && fields[i].shape === shape);
    return there.length === missing.length ? [there[missing.indexOf(at)]] : [];
  };

  const candidates = (way, root) => {
    switch (way.by) {
      case 'css':
        return select(root, way.css).filter(
          (el) => !way.words || way.words.some((word) => fold(words(el)).includes(word)),
        );
      case 'role':
        return select(root, ROLES[way.role] || `[role="${way.role}"]`).filter(
          (el) => way.names.includes(plain(name(el))) && !(way.suggested && suggested(el, root, way.suggested)),
        );
      case 'label':
        return labelled(root, way.names);
      case 'panel': {
        const field = find(way.of, document, false);
        const panel = field && panelOf(field.el);
        return panel ? [panel] : [];
      }
      case 'position':
        return root === document ? positioned(way) : [];
      default:
        return [];
    }
  };

  // The first way that shows an element; a hidden one only where `hidden` allows it.
  const find = (ways, root, hidden) => {
    for (let i = 0; i < ways.length; i++) {
      const all = candidates(ways[i], root);
      const shown = all.filter(seen);
      const el = shown[ways[i].nth || 0] || (hidden && all[ways[i].nth || 0]);
      if (el) return { el, way: i };
    }
    return null;
  };
  // Searches in the element that other ways find, or in the whole page where there are none.
  const among = (scope, ways, hidden) => {
    if (!scope) return find(ways, document, hidden);
    const root = find(scope, document, false);
    return root && find(ways, root.el, hidden);
  };
  const count = (ways) => {
    for (let i = 0; i < ways.length; i++) {
      const n = candidates(ways[i], document).filter(seen).length;
      if (n) return { n, way: i };
    }
    return { n: 0, way: null };
  };

  const checked = (el) => {
    const state = el.getAttribute('aria-checked') || el.getAttribute('aria-selected');
    if (state) return state === 'true';
    if (el.matches('input')) return el.checked;
    const input = el.querySelector('input[type="radio"], input[type="checkbox"]');
    return !!input && input.checked;
  };
  const isOption = (el) => el.matches(ROW) || !!el.querySelector(ROW);
  const tabsOf = (root) => select(root, '[role="tab"]').filter(seen);
  const chosenTab = (tabs) => tabs.find((tab) => tab.getAttribute('aria-selected') === 'true');
  // The heading above an option: its group's label, the tab it lies under, or the nearest heading before it.
  const group = (el, root) => {
    const box = el.closest('[role="group"], [role="radiogroup"], fieldset');
    if (box && root.contains(box)) {
      const said = box.getAttribute('aria-label') || byIds(box, 'aria-labelledby');
      if (said) return tidy(said);
    }
    for (let up = el; up && up !== root; up = up.parentElement) {
      for (let before = up.previousElementSibling; before; before = before.previousElementSibling) {
        const tab = chosenTab(before.matches('[role="tab"]') ? [before] : tabsOf(before));
        if (tab) return name(tab);
        if (isOption(before) || before.querySelector('input, button') || before.matches('input, button')) continue;
        const said = tidy(words(before));
        if (said && said.length < 80) return said;
      }
    }
    return '';
  };
  const options = (root) => {
    const all = select(root, CHOICE);
    return all.filter((el) => seen(el) && !all.some((other) => other !== el && other.contains(el)));
  };
  const described = (el, root) => ({
    id: el.id || el.getAttribute('data-testid') || '',
    name: name(el),
    checked: checked(el),
    group: group(el, root),
  });
  // Rows that only suggest what stands elsewhere are not meant by a name.
  const suggested = (el, root, words) => {
    const heading = fold(group(el, root));
    return words.some((word) => heading.startsWith(word));
  };

  const value = (el) => {
    if (el.matches('input[type="radio"], input[type="checkbox"], [role="radio"], [role="checkbox"]')) return checked(el) ? 'true' : 'false';
    return el.matches('input, textarea, select') ? el.value : tidy(words(el));
  };

  // A read in the page's own session. Status 0: no answer came.
  const get = async (origin, path, bound, most) => {
    if (location.origin !== origin) return { status: 0, body: 'the page is elsewhere' };
    const headers = { Accept: 'application/json, text/plain, */*' };
    const token = /CSRF_TOKEN\\?["']?\s*[:=]\s*\\?["']([0-9a-f-]{36})/i.exec(document.documentElement.innerHTML);
    if (token) headers['X-CSRF-Token'] = token[1];
    try {
      const answer = await fetch(path, { headers, credentials: 'include', signal: AbortSignal.timeout(bound) });
      return {
        status: answer.status,
        retry_after: answer.headers.get('retry-after'),
        date: answer.headers.get('date'),
        body: (await answer.text()).slice(0, most),
      };
    } catch (error) {
      return { status: 0, body: String(error).slice(0, 200) };
    }
  };

  return {
    get,
    among,
    count,
    seen,
    name,
    value,
    words: (el) => tidy(words(el)),
    // Every option of an open panel.
    options: (scope) => {
      const root = find(scope, document, false);
      return root && options(root.el).map((el) => described(el, root.el));
    },
    // One option of an open panel again, by what `options` told of it; under any heading where none is given.
    option: (scope, wanted) => {
      const root = find(scope, document, false);
      if (!root) return null;
      return (
        options(root.el).find((el) => {
          const d = described(el, root.el);
          return d.id === wanted.id && d.name === wanted.name && (wanted.group === null || d.group === wanted.group);
        }) || null
      );
    },
    // The tabs of an open panel, in their order.
    tabs: (scope) => {
      const root = find(scope, document, false);
      return root ? tabsOf(root.el).map((tab) => ({ name: name(tab), chosen: tab === chosenTab([tab]) })) : [];
    },
    tab: (scope, wanted) => {
      const root = find(scope, document, false);
      return (root && tabsOf(root.el).find((tab) => name(tab) === wanted)) || null;
    },
    isChosen: (tab) => !!tab && tab.getAttribute('aria-selected') === 'true',
    isChecked: (el) => !!el && checked(el),
    // Fields as they stand: hook -> {way, value}.
    read: (fields) => {
      const out = {};
      for (const [key, ways] of Object.entries(fields)) {
        const hit = find(ways, document, true);
        out[key] = hit && { way: hit.way, value: value(hit.el) };
      }
      return out;
    },
    // Every way that finds something on its own.
    waysThatFind: (ways, hidden) => ways.flatMap((way, i) => (find([way], document, hidden) ? [i] : [])),
    // Texts of all that can be seen of some ways, each once.
    texts: (ways) => {
      const all = ways.flatMap((way) => candidates(way, document)).filter(seen);
      return [...new Set(all.map((el) => tidy(words(el))).filter(Boolean))].slice(0, 20).map((t) => t.slice(0, 300));
    },
    // The toggle beside a field, for panels that nothing else closes.
    toggle: (fieldWays, toggleWays) => {
      const field = find(fieldWays, document, false);
      for (let up = field && field.el.parentElement, i = 0; up && i < 3; up = up.parentElement, i++) {
        if (select(up, 'input[readonly], textarea').some((el) => el !== field.el)) return null;
        const hit = find(toggleWays, up, false);
        if (hit) return hit.el;
      }
      return null;
    },
    // Signs of a challenge: addresses of frames, the page's own address, its title, words of a small page
    // (ordinary pages are large, and may carry the names of these services in their settings).
    signs: (words) => {
      const html = document.documentElement.outerHTML;
      return {
        path: location.pathname,
        title: document.title,
        frames: select(document, 'iframe[src]').filter(seen).map((f) => f.src).slice(0, 50),
        said: html.length < 60000 ? words.filter((w) => html.includes(w)) : [],
      };
    },
  };
})()
