import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../ui/buttons/Button.tsx';
import { printEvidence, saveEvidence, takePrintWish } from './evidence.ts';

interface Props {
  /** Of the last check; null until one has ended. */
  evidence: object | null;
}

/** The whole check to take along, as a file or on paper. */
export function EvidenceActions({ evidence }: Props) {
  const isPrintWished = useRef(takePrintWish());
  useEffect(() => {
    if (evidence === null || !isPrintWished.current) return;
    isPrintWished.current = false;
    printEvidence();
  }, [evidence]);

  return (
    <footer class="evidence-actions stack-tight">
      <div class="row">
        <Button icon="download" disabled={evidence === null} onClick={() => evidence && saveEvidence(evidence)}>
          Download JSON
        </Button>
        <Button icon="print" disabled={evidence === null} onClick={printEvidence}>
          Print
        </Button>
      </div>
      <p class="caption">
        {evidence === null
          ? 'There is something to export once a check has ended.'
          : 'What was compared: counts, digests, findings and keys of rows. No sign-in, no admin key, no text of a lead. The key of an email lookup is that email.'}
      </p>
    </footer>
  );
}
