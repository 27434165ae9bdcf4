import type { Result } from '../../../main/foundation/outcome.ts';
import type { TransportError } from '../../transport/transport.ts';

/**
 * What this driver needs of PC/SC, and nothing of a binding: one reader, one card. Bindings are native code that a site may or may not have installed; a simulator
 * speaks the same over a socket.
 */
export interface SmartCardAdapter {
  readonly name: string;
  /** Opens, or opens again; the card that is there is told by `onCard` soon after. */
  open(): Promise<Result<void, TransportError>>;
  close(): Promise<void>;
  /** Answer to reset of a card that came, null when it went. One listener; the last one set wins. */
  onCard(listener: (answerToReset: Uint8Array | null) => void): void;
  /** The reader is gone (not on `close()`). */
  onClosed(listener: (detail: string) => void): void;
  /** Asks something of the reader that needs no card. false, or nothing at all: it does not answer. */
  isAlive(): Promise<boolean>;
  /** One APDU, at most 261 bytes. null: the card went, or did not answer. One at a time. */
  transmit(command: Uint8Array): Promise<Uint8Array | null>;
}
