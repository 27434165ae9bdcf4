/** What the bytes to a device are for, as far as a crash matrix needs it; from the protocol sheets of acceptors, dispenser and printer. */
const CCNET_SYNC = 0x02;
const CCNET_ADDRESS = 0x03;
const CCNET_ACK = 0x00;
/** POLL; GET STATUS, IDENTIFICATION, RECYCLING CASSETTE STATUS, GET BILL TABLE, POWER RECOVERY. [ccnet §6] */
const CCNET_QUESTIONS: readonly number[] = [0x33, 0x31, 0x37, 0x3b, 0x41, 0x66];
const ID003_SYNC = 0xfc;
const ID003_ACK = 0x50;
/** STATUS REQUEST, and what settings, versions and table are. [id003 §5] */
const ID003_QUESTIONS: readonly number[] = [0x11, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x88, 0x89, 0x8a];
const ID003_EXTENSION = 0xf0;
/** STATUS, RECYCLE CURRENCY, CURRENT COUNT of the recycler. [id003 §9] */
const ID003_EXTENSION_QUESTIONS: readonly number[] = [0x1a, 0x90, 0xa2];
const LCDM_STATUS = 0x46;
const LCDM_B_ID = 0x30;
/** STATUS, LAST STATUS. [lcdm §5] */
const LCDM_B_QUESTIONS: readonly number[] = [0x50, 0x55];
/** The computer's address on a ccTalk bus. [misc §5.1] */
const CCTALK_HOST = 0x01;
const CCTALK_FRAME_BYTES = 5;
/** Simple poll, status, variables, who it is, masks, level, buffered credits, values, total, status of a payout. [misc §5.3] */
const CCTALK_QUESTIONS: readonly number[] = [254, 248, 247, 246, 245, 244, 242, 241, 230, 227, 217, 229, 184, 168, 166];
const DLE = 0x10;
const STX = 0x02;

/** Asked whenever one wants to know, and changes nothing. */
export function isQuestion(bytes: Uint8Array): boolean {
  if (bytes[2] === CCTALK_HOST && bytes.length === (bytes[1] ?? 0) + CCTALK_FRAME_BYTES) return CCTALK_QUESTIONS.includes(bytes[3] ?? 0);
  switch (bytes[0]) {
    case DLE:
      // Of a printer; of an F53 what frames its commands, but for the commands themselves.
      return bytes[1] !== STX;
    case CCNET_SYNC:
      // An EBDS frame begins alike; whether one of those changes anything its simulator says.
      return bytes[1] === CCNET_ADDRESS && CCNET_QUESTIONS.includes(bytes[3] ?? 0);
    case ID003_SYNC:
      return bytes[2] === ID003_EXTENSION ? ID003_EXTENSION_QUESTIONS.includes(bytes[4] ?? 0) : ID003_QUESTIONS.includes(bytes[2] ?? 0);
    default:
      return bytes[1] === LCDM_B_ID ? LCDM_B_QUESTIONS.includes(bytes[3] ?? 0) : bytes[3] === LCDM_STATUS;
  }
}

/** Of an answer of the acceptor. */
export function isAcknowledgement(bytes: Uint8Array): boolean {
  return bytes[0] === CCNET_SYNC ? bytes[1] === CCNET_ADDRESS && bytes[3] === CCNET_ACK : bytes[0] === ID003_SYNC && bytes[2] === ID003_ACK;
}
