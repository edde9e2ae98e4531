/** What an experiment has lived through, as it is written down step by step: what it takes to be passed. */

/** How far a fault has come. */
export interface FaultRecord {
  /** Its name in the catalogue. */
  readonly kind: string;
  readonly title: string;
  /** The names of the pods that it is done to. */
  readonly targets: readonly string[];
  /** Seen to hold once it was in. */
  proven: boolean;
  /** Seen to hold once more, when the spec lifted it. */
  heldToTheEnd: boolean;
  /** Seen to be gone. */
  gone: boolean;
}

export interface ExperimentRecord {
  /** The kinds of fault that the experiment says it injects; undefined where a test declares none. */
  readonly declared: readonly string[] | undefined;
  /** Every fault that went in, or that was about to. */
  readonly faults: FaultRecord[];
  /** How many claims about Zeebe were put and held. */
  claims: number;
  /** How many assumptions were put and held. */
  assumptions: number;
}

/** One sentence for each thing that a record must have and has not, for its experiment to be passed. */
export function whatWasNotLived({ declared = [], faults, claims }: ExperimentRecord): string[] {
  const missing = declared.filter((kind) => !faults.some((fault) => fault.kind === kind && fault.proven));
  return [
    ...(missing.length > 0
      ? [`The experiment is expected to inject what it declares, and has not: ${missing.join(', ')}.`]
      : []),
    ...faults.flatMap(notLived),
    ...(claims > 0 ? [] : ['The experiment is expected to put a claim about Zeebe, and has put none.']),
  ];
}

function notLived({ title, proven, heldToTheEnd, gone }: FaultRecord): string[] {
  if (!proven) return [`"${title}" is expected to be proven, and was not.`];
  if (!heldToTheEnd)
    return [`The experiment is expected to lift "${title}", which proves that it held to the end, and has not.`];
  return gone ? [] : [`"${title}" is expected to be proven gone, and was not.`];
}
