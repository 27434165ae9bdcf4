import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ControlClient, ControlEvent } from '../../control/control-socket.ts';
import type { Json } from '../../simulator.ts';

export interface TimeLineEntry {
  readonly atUtcMs: number;
  /** `screen`, `journal` of the core; `line` bytes; `device` and `bank` what happened there; `scenario` what was done to the terminal. */
  readonly area: string;
  readonly [key: string]: Json;
}

const WIRE_TARGET = 'wire';

/** Everything that happened around one visit, by the clocks of those who saw it: core, devices, bank, lines. */
export class TimeLine {
  readonly #entries: TimeLineEntry[] = [];
  #core: Socket | null = null;
  #waiters: { readonly target: string; readonly event: string; readonly tell: () => void }[] = [];

  /** Follows a core from now until it is gone. */
  followCore(socketPath: string): void {
    this.#core?.destroy();
    const socket = connect(socketPath);
    this.#core = socket;
    let pending = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) this.#entries.push(JSON.parse(line) as TimeLineEntry);
    });
    socket.on('error', () => socket.destroy());
  }

  followSimulators(client: ControlClient): void {
    client.onEvent((event: ControlEvent) => {
      const due = this.#waiters.filter((waiter) => waiter.target === event.target && waiter.event === event.event);
      this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
      for (const waiter of due) waiter.tell();
      const area = event.target === WIRE_TARGET ? 'line' : event.target === 'bank' ? 'bank' : 'device';
      this.#entries.push({ atUtcMs: event.atUtcMs, area, target: event.target, event: event.event, ...event.fields });
    });
  }

  /** Resolves when this next happens. */
  next(what: { readonly target: string; readonly event: string }): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ ...what, tell: resolve }));
  }

  note(atUtcMs: number, what: string, fields: { readonly [key: string]: Json } = {}): void {
    this.#entries.push({ atUtcMs, area: 'scenario', event: what, ...fields });
  }

  close(): void {
    this.#core?.destroy();
  }

  /** Oldest first; those of one millisecond as they came. */
  entries(): readonly TimeLineEntry[] {
    return [...this.#entries].sort((left, right) => left.atUtcMs - right.atUtcMs);
  }
}
