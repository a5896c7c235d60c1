import { saveFile } from '../../platform/browser/files.ts';
import { canPrintHere, openToPrint, printPage } from '../../platform/browser/printing.ts';

export { takePrintWish } from '../../platform/browser/printing.ts';

/** Writes what a check found to a file named after its day, for whoever wants to look into it elsewhere. */
export function saveEvidence(evidence: object): void {
  const day = new Date().toISOString().slice(0, 10);
  saveFile(`sync-check-${day}.json`, [JSON.stringify(evidence, null, 2)], 'application/json');
}

/** Prints what is on the screen. Other surfaces open a tab, which checks again and prints that. */
export function printEvidence(): void {
  if (canPrintHere()) printPage();
  else void openToPrint();
}
