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

const FAULT_EVENTS = ['fault', 'faultFired', 'host.fault.fired', 'host.link.changed'];
const WIRE_TARGET = 'wire';

/** Everything that happened around one visit, by the clocks of those who saw it: core, devices, bank, lines. */
export class TimeLine {
  readonly #entries: TimeLineEntry[] = [];
  #core: Socket | null = null;
  #faultCount = 0;

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
      if (FAULT_EVENTS.includes(event.event)) this.#faultCount += 1;
      const area = event.target === WIRE_TARGET ? 'line' : event.target === 'bank' ? 'bank' : 'device';
      this.#entries.push({ atUtcMs: event.atUtcMs, area, target: event.target, event: event.event, ...event.fields });
    });
  }

  note(atUtcMs: number, what: string, fields: { readonly [key: string]: Json } = {}): void {
    this.#entries.push({ atUtcMs, area: 'scenario', event: what, ...fields });
  }

  /** Faults that have struck so far, of all devices and the bank. */
  get faultCount(): number {
    return this.#faultCount;
  }

  close(): void {
    this.#core?.destroy();
  }

  /** Oldest first; those of one millisecond as they came. */
  entries(): readonly TimeLineEntry[] {
    return [...this.#entries].sort((left, right) => left.atUtcMs - right.atUtcMs);
  }
}
