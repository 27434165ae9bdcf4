/** Keys by which a screen model names a text of the window; the renderer has each in three languages. */
export const TEXT_KEYS = [
  // labels of facts (confirm, cash-in-intro)
  'fact.creditedAccount', 'fact.provider', 'fact.requisites', 'fact.maskedPayee', 'fact.payerPhone', 'fact.feeRule', 'fact.limits', 'fact.wanted', 'fact.notesAccepted', 'fact.execution',
  'fact.amount', 'fact.fee', 'fact.source', 'fact.youGet', 'fact.client', 'fact.terms', 'terms.renewed', 'fact.change', 'change.onlyToPhone',
  // values of facts
  'execution.atOnce', 'execution.today', 'execution.nextBusinessDay',
  // toasts
  'toast.noteReturned', 'toast.coinRejected', 'toast.noteRejected', 'toast.codeSent', 'toast.noPaper',
] as const;
export type TextKey = (typeof TEXT_KEYS)[number];
