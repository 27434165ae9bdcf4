/** One invariant that did not hold. */
export interface Finding {
  /** Which: `cash`, `money`, `chain`, `session`, `queue`, `secret`, `promise`, `crash`. */
  readonly rule: 'cash' | 'money' | 'chain' | 'session' | 'queue' | 'secret' | 'promise' | 'crash';
  readonly detail: string;
}
