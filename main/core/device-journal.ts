import type { DeviceStatus } from '../../drivers/interfaces/device.ts';
import type { Clock } from '../foundation/clock.ts';
import type { Log } from '../foundation/log.ts';
import type { EntryDraft, Journal } from '../journal/journal.ts';
import { entry } from '../journal/journal.ts';

/** One name for all that a line which does not answer is called by its driver. */
const OFF_LINE = 'offLine';
/** What went wrong once and does not last is journaled at most so often, each kind by itself: a bad card every minute is no news, and the journal lasts for years. */
const PASSING_MS = 600_000;

interface Known {
  /** Faults that were journaled and did not end yet. */
  readonly open: Set<string>;
  identity: string;
  readonly passedAtMs: Map<string, number>;
}

/**
 * Writes down who each device says it is, when that changes, and each fault once until it ends: a device that does not answer is one fault, whatever its driver
 * tries meanwhile and calls it, and it has recovered only when it works again. What stood open before a restart goes on standing open.
 */
export class DeviceJournal {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #known = new Map<string, Known>();
  /** Lines of the drivers' lists that were looked at. */
  readonly #seen = new WeakSet<object>();

  constructor({ journal, clock, log }: { readonly journal: Journal; readonly clock: Clock; readonly log: Log }) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
    for (const { deviceId, identity, faults } of journal.deviceRecords()) {
      this.#known.set(deviceId, {
        open: new Set(faults.filter((fault) => fault.recoveredAtUtcMs === null).map((fault) => keyOf(fault.code))),
        identity: identity === null ? '' : identityText(identity),
        passedAtMs: new Map(),
      });
    }
  }

  take(status: DeviceStatus): void {
    const known = this.#knownOf(status.deviceId);
    const entries = [...this.#identity(known, status), ...this.#faults(known, status), ...this.#passing(known, status)];
    if (entries.length === 0) return;
    const written = this.#journal.commit({ entries });
    // Who it is decides whose note it tells of: said again, until it is written.
    if (!written.ok && entries.some(({ kind }) => kind === 'device.identified')) known.identity = '';
    if (!written.ok) this.#log.error('jnl.fault.unrecorded', { code: written.error.code });
  }

  #identity(known: Known, { deviceId, protocol, model, firmware, serialNumber }: DeviceStatus): EntryDraft[] {
    if (model === null && firmware === null && serialNumber === null) return [];
    const identity = identityText({ protocol, model, firmware, serialNumber });
    if (identity === known.identity) return [];
    known.identity = identity;
    return [entry('device.identified', { deviceId, protocol, model, firmware, serialNumber })];
  }

  #faults({ open }: Known, { deviceId, state, faults, lastFaults }: DeviceStatus): EntryDraft[] {
    const keys = new Set(faults.map((code) => keyOf(code)));
    const fresh = faults.filter((code, index) => !open.has(keyOf(code)) && faults.findIndex((other) => keyOf(other) === keyOf(code)) === index);
    const entries = fresh.map((code) => entry('device.faulted', { deviceId, code, detail: lastFaults.find((line) => line.code === code)?.detail.slice(0, 200) ?? '' }));
    for (const key of keys) open.add(key);
    // While it comes up nobody has looked yet whether the cause is gone.
    if (state !== 'ready' && state !== 'busy' && state !== 'faulty') return entries;
    const hadFaults = open.size > 0;
    for (const key of open) if (!keys.has(key)) open.delete(key);
    return hadFaults && open.size === 0 ? [...entries, entry('device.recovered', { deviceId })] : entries;
  }

  #passing({ open, passedAtMs }: Known, { deviceId, lastFaults }: DeviceStatus): EntryDraft[] {
    const nowMs = this.#clock.monotonicMs();
    return [...lastFaults].reverse().flatMap((line) => {
      if (this.#seen.has(line)) return [];
      this.#seen.add(line);
      const isKnown = open.has(keyOf(line.code)) || nowMs - (passedAtMs.get(line.code) ?? -Infinity) < PASSING_MS;
      if (isKnown) return [];
      passedAtMs.set(line.code, nowMs);
      return [entry('device.faulted', { deviceId, code: line.code, detail: line.detail.slice(0, 200) })];
    });
  }

  #knownOf(deviceId: string): Known {
    const known = this.#known.get(deviceId) ?? { open: new Set<string>(), identity: '', passedAtMs: new Map<string, number>() };
    this.#known.set(deviceId, known);
    return known;
  }
}

function keyOf(code: string): string {
  return code === 'LNK_LOST' || code === 'LNK_PORT_UNAVAILABLE' || code.endsWith('_OFFLINE') ? OFF_LINE : code;
}

function identityText({ protocol, model, firmware, serialNumber }: Pick<DeviceStatus, 'protocol' | 'model' | 'firmware' | 'serialNumber'>): string {
  return JSON.stringify([protocol, model, firmware, serialNumber]);
}
