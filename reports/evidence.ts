/** What proved a fault, in the report of its experiment. */
import { attachment } from 'allure-js-commons';

/** Attaches evidence to the Allure result of the test that runs; 64-bit keys as strings. */
export function reportEvidence(of: string, evidence: Readonly<Record<string, unknown>>): void {
  const text = JSON.stringify(evidence, (_key, v: unknown) => (typeof v === 'bigint' ? v.toString() : v), 2);
  // Not awaited by the journal: it is handed over at once, and an undo must not wait for a report.
  void attachment(`Evidence: ${of}`, text, 'application/json');
}
