import type { Plugin } from 'vite';

/** Hooks, lifecycle methods and props of Preact that nothing here sets: reading them always gives undefined. */
const NEVER_SET = [
  /\boptions\.(_root|_diff|_render|diffed|unmount|vnode|_commit|_hydrationMismatch|debounceRendering|event)\b/g,
  /\b(?:\w+\.)+(contextType|getChildContext|getSnapshotBeforeUpdate|getDerivedStateFrom(Props|Error))\b/g,
  /\b(?:\w+\.)+(componentDidCatch|shouldComponentUpdate|component(Will|Did)(Mount|Update|Unmount|ReceiveProps))\b/g,
  // Portals, and what Suspense keeps aside.
  /\b(?:\w+\.)*(?:props|newProps)\._parentDom\b/g,
  /\b(?:\w+\.)+_excess\b(?!\s*=[^=])/g,
];

/** Conditions that are never true in our markup, which has no inline styles, foreign namespaces or server rendering. */
const NEVER_TRUE = [
  /name == 'style'/g,
  /i == 'dangerously\w+'/g,
  /(?<=if \()(newHtml|oldHtml)(?=\))/g,
  /nodeType == '(svg|math|template|progress)'/g,
  /nodeType == 'foreignObject'[^{]*\(nodeType\)\)/g,
  /namespace == SVG_NAMESPACE/g,
  /name != '(width|height|list|form|download|rowSpan|colSpan|popover)' &&/g,
  /name == 'popover' && value == true/g,
  /\w+(\.\w+)* & (MODE_HYDRATE|MODE_SUSPENDED|REF_DETACHED)/g,
  /[\w.]+\.nodeType == [89]/g,
  /e && e\.then/g,
  /(?<=!|if \()isHydrating\b(?! \|\|)/g,
  /isHydrating \|\| excessDomChildren/g,
  /(?<=if \(|&& )excessDomChildren(?=\))|excessDomChildren(?=\s+(&&|\?))/g,
  /parentDom\.firstChild(?=\s+\?)/g,
  /(?<=if \()resumed(?=\))/g,
  /name != \(name = name\.replace\(CAPTURE_REGEX, '\$1'\)\)/g,
  /typeof update == 'function'/g,
  /(?<=if \()callback(?=\))/g,
  /newProps\.is\b/g,
  // Moving by insertBefore is enough: no two fields ever change places.
  /[\w.]+\.moveBefore/g,
];

/** Preact marks what is private by an underscore; nothing of ours begins with one. */
const PRIVATE = /\b_[a-z]\w*/gi;

const ENTRY = `
  export { render } from './render.js';
  export { createElement as h } from './create-element.js';
  export { BaseComponent as Component } from './component.js';
`;

/**
 * Builds Preact from its own source without the parts this form cannot reach, which are a quarter of it: the minifier drops
 * what it is told never happens, and names Preact keeps private get short. A pattern that matches nothing stops the build,
 * so a new Preact cannot slip through unread.
 * @param source Preact's own `src/`, with forward slashes and one at the end
 */
export function preactSubset(source: string): Plugin {
  const entry = `${source}subset.js`;
  const unmatched = new Set([...NEVER_SET, ...NEVER_TRUE]);
  return {
    name: 'preact-subset',
    enforce: 'pre',
    resolveId: (id) => (id === 'preact' ? entry : null),
    load: (id) => (id === entry ? ENTRY : null),
    transform(code, id) {
      if (!id.startsWith(source)) return null;
      let text = code.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
      const drop = (pattern: RegExp, by: string) => {
        text = text.replace(pattern, () => {
          unmatched.delete(pattern);
          return by;
        });
      };
      for (const pattern of NEVER_SET) drop(pattern, 'void 0');
      for (const pattern of NEVER_TRUE) drop(pattern, pattern.source.endsWith('&&') ? '' : 'false');
      // Firefox 62 and Edge 18, which get the polyfill, have promises but no queueMicrotask.
      text = text.replaceAll('(prevDebounce || queueMicrotask)(process)', 'Promise.resolve().then(process)');
      return text;
    },
    /** Over the whole script and in its order: modules are read in any order, and the same input must give the same bytes. */
    renderChunk(code) {
      const names = [...new Set(code.match(PRIVATE))];
      return code.replace(PRIVATE, (name) => `_${names.indexOf(name).toString(36)}`);
    },
    buildEnd() {
      for (const pattern of unmatched) this.error(`Preact changed: ${pattern} is not in its source any more.`);
    },
  };
}
