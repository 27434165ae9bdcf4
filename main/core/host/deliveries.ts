import type { DeliveryReply } from '../../../state-machines/deposit/deposit.types.ts';

/** The outbox as operations see it: committed messages go out by themselves; an operation may wait for one of them for a while. */
export interface Deliveries {
  /** New messages were committed: try them now. */
  wake(): void;
  /** How far a message comes within `waitMs`; it goes on by itself afterwards. */
  awaitFinal(messageId: string, waitMs: number): Promise<DeliveryReply>;
  /** Technician's retry of a parked or waiting message. */
  retry(messageId: string): boolean;
  /** Too many or too old unacknowledged messages, or too much cash in them: no new money operation. [host-messages §5.1] */
  isOverLimit(): boolean;
  /** Which limit, and by what; null: none. For the technician. */
  exceededLimit(): { readonly limit: 'count' | 'age' | 'sum'; readonly messageCount: number; readonly oldestAgeMs: number; readonly sumMinor: number } | null;
  /** Cash that may still come in or go out before the sum is reached, minor units. */
  roomMinor(): number;
  /** What no answer has acknowledged yet, for the heartbeat and the technician. */
  backlog(): { readonly messageCount: number; readonly oldestAgeMs: number };
  start(): void;
  stop(): Promise<void>;
}
