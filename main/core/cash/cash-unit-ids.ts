/** Names of the cash units in the journal. */
export const BOX_UNIT = 'acceptor.box';
export const REJECT_UNIT = 'dispenser.reject';
/** Notes that left a cassette and are neither out nor in the tray: they lie in the path until somebody counts. */
export const TRANSPORT_UNIT = 'dispenser.transport';
export const cassetteUnit = (cassetteNumber: number): string => `dispenser.${cassetteNumber}`;
