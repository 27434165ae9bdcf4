/** One invariant that did not hold. */
export interface Finding {
  readonly rule: (typeof RULES)[number];
  readonly detail: string;
}

/** `crash`: the production code threw where nothing may. */
export const RULES = ['cash', 'money', 'chain', 'copy', 'retention', 'order', 'suspense', 'session', 'queue', 'secret', 'promise', 'place', 'crash'] as const;
