import type { Result } from '../../main/foundation/outcome.ts';

export interface TransportError {
  readonly code: 'LNK_PORT_UNAVAILABLE' | 'LNK_LOST';
  /** The operating system's words, for the log. */
  readonly detail: string;
}

/**
 * A byte line: serial port, pseudo-terminal, memory. Written bytes are sent in order. Closing is idempotent.
 * A lost line is told once through `onClosed`, but may also show only as silence: links detect loss by time-outs too.
 */
export interface Transport {
  /** Name for logs: path of the port, `memory`. */
  readonly name: string;
  /** Opens, or re-opens after a close or a loss. */
  open(): Promise<Result<void, TransportError>>;
  /** False when the line is not open; the bytes are then dropped. */
  write(bytes: Uint8Array): boolean;
  close(): Promise<void>;
  /** One listener; the last one set wins. Chunks come in any cut. */
  onData(listener: (chunk: Uint8Array) => void): void;
  /** Called when an open line is lost (not on `close()`). */
  onClosed(listener: (detail: string) => void): void;
}

/** A line of fixed-size reports (USB HID): one write or one event is one report. */
export interface HidTransport {
  readonly name: string;
  open(): Promise<Result<void, TransportError>>;
  write(report: Uint8Array): Promise<Result<void, TransportError>>;
  /** Asks for something that changes nothing. false: refused, or not open; a device that hangs may leave it open for ever. */
  probe(): Promise<boolean>;
  close(): Promise<void>;
  onReport(listener: (report: Uint8Array) => void): void;
  onClosed(listener: (detail: string) => void): void;
}
