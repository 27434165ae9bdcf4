/** Moments at which each fault can strike. `note`: before note number `index` (from 0) of a command is picked. */
export const LCDM_FAULTS = {
  pickError: { at: ['note'], label: 'A note cannot be fed (32)' },
  billEnd: { at: ['note'], label: 'The cassette reports its end (38, 40)' },
  reject: { at: ['note'], label: 'One note goes to the reject tray' },
  overReject: { at: ['note'], label: 'Too many rejects in a row (44)' },
  jam: { at: ['chk', 'div', 'ejt', 'exit'], label: 'A note jams in this section (33 4C 36 48 35)' },
  extraNote: { at: ['note'], label: 'Two notes leave as one (34)' },
  motorStop: { at: ['note'], label: 'The motor stops (41)' },
  powerCut: { at: ['command', 'note', 'reply'], label: 'Power of the dispenser fails' },
  lineLoss: { at: ['command', 'note', 'reply'], label: 'The cable is pulled' },
  replyLost: { at: ['reply'], label: 'The result never reaches the terminal' },
  ackLost: { at: ['command'], label: 'The acknowledgement is lost' },
  headLost: { at: ['command'], label: 'The acknowledgement is lost, and of the result only its check byte comes (15)' },
  silence: { at: ['command'], label: 'The command is not heard' },
  nak: { at: ['command'], label: 'The command arrives damaged (NAK)' },
  badBcc: { at: ['reply'], label: 'The result arrives damaged' },
  noise: { at: ['command', 'reply'], label: 'Stray bytes on the line' },
  slow: { at: ['reply'], label: 'The result comes late (30 s)' },
} as const;

export type LcdmFault = keyof typeof LCDM_FAULTS;
