import type { HostLane, HostOperation } from './host-operations.ts';

/** States of an outgoing message. [host-messages §5.4] */
export const MESSAGE_STATES = ['drafted', 'staged', 'ready', 'sending', 'awaiting', 'inProcess', 'unknown', 'parked', 'executed', 'refused', 'cancelled'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** What may follow what; everything else is forbidden and asserted by the journal. No exit from executed, refused, cancelled; never unknown → cancelled, refused → ready. */
export const MESSAGE_TRANSITIONS: Readonly<Record<MessageState, readonly MessageState[]>> = {
  drafted: ['staged', 'parked'],
  staged: ['ready', 'sending', 'cancelled'],
  ready: ['sending', 'cancelled', 'parked'],
  sending: ['awaiting', 'ready', 'unknown', 'executed', 'refused', 'inProcess'],
  awaiting: ['executed', 'refused', 'inProcess', 'unknown'],
  inProcess: ['executed', 'refused', 'awaiting', 'parked'],
  unknown: ['sending', 'ready', 'executed', 'refused', 'parked'],
  parked: ['ready', 'executed', 'refused'],
  executed: [],
  refused: [],
  cancelled: [],
};

export const FINAL_MESSAGE_STATES: readonly MessageState[] = ['executed', 'refused', 'cancelled'];
export const OPEN_MESSAGE_STATES: readonly MessageState[] = MESSAGE_STATES.filter((state) => !FINAL_MESSAGE_STATES.includes(state));

/** A message as the journal keeps it: the very bytes that were signed are stored and sent. */
export interface StoredMessage {
  readonly messageId: string;
  readonly operation: HostOperation;
  readonly lane: HostLane;
  readonly operationId: string;
  readonly sessionId: string | null;
  readonly seq: number;
  readonly state: MessageState;
  readonly bytes: Uint8Array;
  /** SHA-256 of the canonical request, hex; answers quote it. */
  readonly digest: string;
  readonly createdAtUtcMs: number;
  readonly attemptCount: number;
  /** Wall clock before which it is not tried again. */
  readonly notBeforeUtcMs: number;
  readonly lastError: string | null;
  readonly answerBytes: Uint8Array | null;
}
