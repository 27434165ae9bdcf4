/** What goes wrong with a note on its way in or back, in every service that takes notes. */
export const CASH_IN_FAULTS = {
  refuse: { at: ['enter'], label: 'The head refuses the note' },
  unasked: { at: ['enter'], label: 'The head takes the note whether its kind is enabled or not' },
  counterfeitTaken: { at: ['enter'], label: 'The head takes a note that it knows for counterfeit, and says so' },
  misread: { at: ['store'], label: 'The note is stored as another one than it was in escrow' },
  cheat: { at: ['enter', 'store'], label: 'An attempt to pull the note back is seen' },
  jam: { at: ['store', 'enter', 'return'], label: 'A note jams in the transport' },
  full: { at: ['store', 'stored'], label: 'The box is full' },
  boxOut: { at: ['escrow', 'store'], label: 'The box is pulled out for three seconds' },
  powerCut: { at: ['beforeStack', 'storing', 'afterStack', 'beforeReturn', 'afterReturn', 'enter', 'escrow'], label: 'Power goes for three seconds' },
  deviceOff: { at: ['beforeStack', 'storing', 'afterStack', 'beforeReturn', 'escrow'], label: 'The device behind the service is without power for three seconds' },
  givenBack: { at: ['powerUp'], label: 'At power-up the note in escrow is given back, without an order' },
  forgotten: { at: ['powerUp'], label: 'At power-up the service has lost its last transaction, wherever the note of it lies' },
} as const;
export type CashInFault = keyof typeof CASH_IN_FAULTS;
