/** Moments of the line: when an answer is about to be sent. */
const WIRE_MOMENTS = ['reply', 'pollReply', 'eventReply', 'stackReply', 'returnReply', 'resetReply', 'enableReply'] as const;
/** Moments of the mechanism: when a note, or the device, reaches a place. `now` strikes at once. */
const BODY_MOMENTS = ['now', 'accepting', 'escrow', 'beforeGate', 'afterGate', 'stacked', 'afterStackedAck', 'returning', 'initialising'] as const;
/** The event 81 or 82 itself. */
const EVENT_MOMENTS = ['event'] as const;

export type WireMoment = (typeof WIRE_MOMENTS)[number];
export type BodyMoment = (typeof BODY_MOMENTS)[number];

/** Of those armed for one moment of line or mechanism the first strikes, alone. */
export const CCNET_FAULTS = {
  noise: { at: WIRE_MOMENTS, label: 'Random bytes before the answer' },
  badCrc: { at: WIRE_MOMENTS, label: 'The answer is damaged on the line' },
  truncated: { at: WIRE_MOMENTS, label: 'The answer breaks off' },
  zeroLength: { at: WIRE_MOMENTS, label: 'A frame with length 0 before the answer' },
  flood: { at: WIRE_MOMENTS, label: 'Four kilobytes of random bytes instead of the answer' },
  wrongAddress: { at: WIRE_MOMENTS, label: 'The answer carries another address' },
  silence: { at: WIRE_MOMENTS, label: 'The command is not heard: no action, no answer' },
  lostReply: { at: WIRE_MOMENTS, label: 'The command is carried out, its answer is lost' },
  slow: { at: WIRE_MOMENTS, label: 'The answer comes 450 ms late' },
  nak: { at: WIRE_MOMENTS, label: 'The device answers NAK and does not act' },
  illegal: { at: WIRE_MOMENTS, label: 'The device answers ILLEGAL COMMAND and does not act' },
  powerCut: { at: BODY_MOMENTS, label: 'Power goes for three seconds' },
  unplug: { at: BODY_MOMENTS, label: 'The cable is pulled for three seconds' },
  jamInHead: { at: BODY_MOMENTS, label: 'A note jams in the head (43)' },
  jamInStacker: { at: BODY_MOMENTS, label: 'A note jams on its way into the box (44)' },
  cheat: { at: BODY_MOMENTS, label: 'An attempt to pull the note back is seen (45)' },
  full: { at: BODY_MOMENTS, label: 'The box is full (41)' },
  busy: { at: BODY_MOMENTS, label: 'Busy for one second (1B)' },
  pause: { at: BODY_MOMENTS, label: 'A second note comes too early (46)' },
  failure: { at: BODY_MOMENTS, label: 'Failure of the device, code 50: stack motor (47)' },
  misread: { at: EVENT_MOMENTS, label: 'The credit names another note than the escrow did' },
  boxOut: { at: BODY_MOMENTS, label: 'The box is pulled out for three seconds (42)' },
  lostAck: { at: EVENT_MOMENTS, label: 'The acknowledgement of the host is not heard; the event comes again' },
  duplicateEvent: { at: EVENT_MOMENTS, label: 'The event comes once more although it was acknowledged' },
  lostEvent: { at: EVENT_MOMENTS, label: 'An event that was not acknowledged is forgotten when power goes' },
} as const;

export type CcnetFault = keyof typeof CCNET_FAULTS;
