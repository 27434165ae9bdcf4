import type { Clock } from '../../main/foundation/clock.ts';
import type { HidTransport, Transport } from './transport.ts';

/** One piece of the wire trace. It can be replayed into a driver: same bytes, same cuts, same distances in time. */
export interface WireChunk {
  readonly line: string;
  readonly direction: 'toDevice' | 'fromDevice';
  readonly atUtcMs: number;
  readonly monotonicMs: number;
  /** A copy, after redaction. */
  readonly bytes: Uint8Array;
}

export interface RecorderOptions {
  readonly clock: Clock;
  readonly listener: (chunk: WireChunk) => void;
  /**
   * Called with a copy, in order, before anything leaves here: readers' tracks and PIN blocks must not reach a trace. May keep state across
   * chunks, because a track can be cut anywhere. Without it bytes are told as they are.
   */
  readonly redact?: (direction: WireChunk['direction'], bytes: Uint8Array) => Uint8Array;
}

/** The same line; each chunk that passes is told to the listener first. Nothing on the line is changed. */
export function recordTransport(transport: Transport, options: RecorderOptions): Transport {
  const tell = teller(transport.name, options);
  return {
    name: transport.name,
    open: () => transport.open(),
    write(bytes) {
      const isAccepted = transport.write(bytes);
      if (isAccepted) tell('toDevice', bytes);
      return isAccepted;
    },
    close: () => transport.close(),
    onData: (listener) =>
      transport.onData((chunk) => {
        tell('fromDevice', chunk);
        listener(chunk);
      }),
    onClosed: (listener) => transport.onClosed(listener),
  };
}

/** The same for a line of reports. */
export function recordHidTransport(transport: HidTransport, options: RecorderOptions): HidTransport {
  const tell = teller(transport.name, options);
  return {
    name: transport.name,
    open: () => transport.open(),
    write(report) {
      tell('toDevice', report);
      return transport.write(report);
    },
    probe: () => transport.probe(),
    close: () => transport.close(),
    onReport: (listener) =>
      transport.onReport((report) => {
        tell('fromDevice', report);
        listener(report);
      }),
    onClosed: (listener) => transport.onClosed(listener),
  };
}

function teller(line: string, options: RecorderOptions): (direction: WireChunk['direction'], bytes: Uint8Array) => void {
  return (direction, bytes) => {
    const copy = Uint8Array.from(bytes);
    options.listener({
      line,
      direction,
      atUtcMs: options.clock.nowUtcMs(),
      monotonicMs: options.clock.monotonicMs(),
      bytes: options.redact === undefined ? copy : options.redact(direction, copy),
    });
  };
}
