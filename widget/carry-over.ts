const controlsIn = (root: ParentNode) => Array.from(root.querySelectorAll<HTMLInputElement>('input,textarea,select'));

/**
 * A visitor may have begun to type into the no-JavaScript form before a slow script arrived. Called before the shadow root
 * hides that form; what it returns puts values and focus into the controls of the same names.
 */
export function carryOver(host: Element): (root: ParentNode) => void {
  const before = controlsIn(host);
  const focused = document.activeElement;
  return (root) => {
    for (const now of controlsIn(root)) {
      for (const old of before) {
        // Plain posts name own fields without our prefix, and cannot hold the words of the consent in its value.
        if (old.name !== now.name.replace('fields.', '')) continue;
        const box = /checkbox|radio/.test(now.type);
        if (box && old.value !== now.value && now.name !== 'consent') continue;
        if (box) now.checked = old.checked;
        else now.value = old.value;
        if (old === focused) now.focus();
      }
    }
  };
}
