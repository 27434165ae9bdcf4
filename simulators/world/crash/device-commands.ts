/** What the bytes to a device are for, as far as a crash matrix needs it; from the protocol sheets of acceptor, dispenser and printer. */
const CCNET_SYNC = 0x02;
const CCNET_ACK = 0x00;
const CCNET_POLL = 0x33;
const LCDM_STATUS = 0x46;
const DLE = 0x10;
const STX = 0x02;

/** Asked all day, and changes nothing. */
export function isQuestion(bytes: Uint8Array): boolean {
  // Of a printer; of an F53 what frames its commands, but for the commands themselves.
  if (bytes[0] === DLE) return bytes[1] !== STX;
  return bytes[0] === CCNET_SYNC ? bytes[3] === CCNET_POLL : bytes[3] === LCDM_STATUS;
}

/** Of an answer of the acceptor. */
export function isAcknowledgement(bytes: Uint8Array): boolean {
  return bytes[0] === CCNET_SYNC && bytes[3] === CCNET_ACK;
}
