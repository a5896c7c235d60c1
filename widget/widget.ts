import { leadFormElement } from './lead-form-element.ts';
import { apiBase, ownScript, placeWhenParsed, stepAside, withCustomElements } from './script-tag.ts';

// `currentScript` is only there while the script runs, so both are read now.
const script = ownScript();
const base = apiBase(script ? script.src : '');

withCustomElements(`${base}/widget/${VERSION}/webcomponents.js`, () => {
  // A second tag, or another version of this script, finds the name taken; the first one serves the page.
  if (!customElements.get('lead-form')) customElements.define('lead-form', leadFormElement(base, stepAside));
  placeWhenParsed(script);
});
