type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const controlsIn = (root: ParentNode) => Array.from(root.querySelectorAll<Control>('input,textarea,select'));

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
        if (old.name !== now.name) continue;
        if ('checked' in now && /^(checkbox|radio)$/.test(now.type)) {
          if ((old as HTMLInputElement).checked && old.value === now.value) now.checked = true;
        } else if (old.value) now.value = old.value;
        if (old === focused) now.focus();
      }
    }
  };
}
