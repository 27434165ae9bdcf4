import type { Availability } from '../../state-machines/terminal/terminal.types.ts';
import type { TimerHandle } from '../foundation/clock.ts';
import type { JournalEntry } from '../journal/journal.ts';
import type { HostStop } from '../../state-machines/cash-in/cash-in.types.ts';
import { availabilityOf, hostStopOf } from './availability.ts';
import type { CoreParts } from './core-parts.ts';
import { allDevices } from './core-parts.ts';
import { DeviceJournal } from './device-journal.ts';
import { clockDoubt, doubtText } from './guards/clock-guard.ts';
import { isCoinExchangeOpen } from './cash/coin-exchange.ts';
import { isNoteExchangeOpen } from './cash/note-exchange.ts';
import { exchangeText, openExchanges } from './cash/open-exchanges.ts';
import { countsText } from './cash/unit-counts.ts';
import { unseenConflict } from './host/conflict-alarm.ts';
import type { Troubles } from './guards/troubles.ts';

/** A disk that is full or read-only shows here before a customer's note depends on it. */
const PROBE_MS = 15_000;

export interface AvailabilityWatchOptions {
  readonly parts: CoreParts;
  readonly troubles: Troubles;
  readonly onChange: (availability: Availability) => void;
  /** Something that screens show changed. */
  readonly onAny: () => void;
  /** Whether the bank is there and hears of cash soon enough that more may come in: also in the middle of a session. */
  readonly onHostStop: (stop: HostStop | null) => void;
}

/** Follows devices, link, queue, disk and clock; tells the terminal machine what can be offered, has identities and faults of devices journaled. */
export class AvailabilityWatch {
  readonly #options: AvailabilityWatchOptions;
  #isJournalWritable = true;
  #isProbing = false;
  #isClockRight = true;
  #isQueueOver = false;
  #hostStop: HostStop | null = null;
  #last = '';
  #timer: TimerHandle | null = null;
  #queueTimer: TimerHandle | null = null;
  #isStopped = false;
  readonly #unsubscribe: (() => void)[] = [];

  constructor(options: AvailabilityWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { parts } = this.#options;
    const deviceJournal = new DeviceJournal(parts);
    for (const device of allDevices(parts.devices)) {
      this.#unsubscribe.push(
        device.onStatus((status) => {
          deviceJournal.take(status);
          this.look();
          if (device.deviceId === parts.devices.dispenser?.deviceId && status.state === 'ready') void parts.cassettes.refresh().then(() => this.look());
        }),
      );
    }
    const storage = parts.devices.dispenser?.storage;
    if (storage !== undefined) {
      this.#unsubscribe.push(
        // Counts change with every note; which cassettes there are changes by hand or by a fault.
        storage.onEvent(({ kind }) => {
          if (kind !== 'countsChanged') void parts.cassettes.refresh().then((isChanged) => (isChanged ? this.look() : undefined));
        }),
      );
    }
    this.#unsubscribe.push(
      parts.gateway.onLink(() => this.look()),
      parts.journal.onCommitted((entries) => {
        if (entries.some(({ kind }) => kind === 'message.conflicted' || kind === 'service.left')) this.#lookAtConflicts();
        if (entries.some(({ kind }) => kind === 'seal.refused' || kind === 'seal.held')) this.#lookAtSeals();
        // Hands opened, loaded or closed cash units, or what lies in one is counted in two ways.
        if (entries.some(({ kind }) => kind === 'service.acted' || kind === 'counts.compared' || kind === 'catalogue.leftOut')) this.look();
        if (entries.some(({ kind }) => kind === 'message.staged' || kind === 'message.moved')) this.#lookAtQueueSoon();
        this.#options.onAny();
      }),
      // A commit that failed is asked about at once, not at the next look: the next customer's note must not find it out.
      parts.journal.onTrouble(() => this.#probeSoon()),
    );
    this.#lookAtConflicts();
    this.#lookAtSeals();
    this.#probe();
    this.look();
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of [this.#timer, this.#queueTimer]) if (timer !== null) this.#options.parts.clock.clearTimeout(timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  look(): void {
    // What a device is asked is answered after its core has closed the journal, too.
    if (this.#isStopped) return;
    this.#lookAtClock();
    this.#lookAtQueue();
    this.#lookAtExchanges();
    this.#lookAtCounts();
    this.#lookAtCatalogue();
    const { parts } = this.#options;
    parts.site.lookAgain();
    const availability = availabilityOf(parts, this.#isJournalWritable ? (this.#isClockRight ? parts.site.hindrance() : 'clock') : 'journal');
    this.#options.onAny();
    const key = `${availability.level} ${availability.reason}`;
    if (key === this.#last) return;
    this.#last = key;
    this.#options.parts.log.info('trm.availability.changed', { level: availability.level, reason: availability.reason });
    this.#options.onChange(availability);
  }

  #probeSoon(): void {
    if (this.#isProbing || !this.#isJournalWritable) return;
    if (this.#timer !== null) this.#options.parts.clock.clearTimeout(this.#timer);
    this.#timer = this.#options.parts.clock.setTimeout(() => this.#probe(), 0);
  }

  /** Whoever is told that cash is taken again must not be turned away until the next look. The outbox counts what was committed only after those that listen to commits. */
  #lookAtQueueSoon(): void {
    const { clock, deliveries } = this.#options.parts;
    this.#queueTimer ??= clock.setTimeout(() => {
      this.#queueTimer = null;
      if (deliveries.isOverLimit() !== this.#isQueueOver) this.look();
    }, 0);
  }

  #lookAtQueue(): void {
    const { parts, troubles } = this.#options;
    const over = parts.deliveries.exceededLimit();
    troubles.set('queue', over === null ? null : { code: 'HST_QUEUE_LIMIT', detail: `${over.limit}: ${over.messageCount} messages, the oldest ${Math.round(over.oldestAgeMs / 60_000)} min, ${over.sumMinor / 100} KZT` });
    const stop = hostStopOf(parts);
    if (stop !== this.#hostStop) {
      this.#hostStop = stop;
      this.#options.onHostStop(stop);
    }
    if ((over !== null) === this.#isQueueOver) return;
    this.#isQueueOver = over !== null;
    if (over === null) parts.log.info('hst.queue.withinLimits');
    else parts.log.error('hst.queue.overLimit', { code: 'HST_QUEUE_LIMIT', ...over });
  }

  /** Whoever turns the key next must know that hands were there and nobody said that they are done. */
  #lookAtExchanges(): void {
    const { parts, troubles } = this.#options;
    const open = isNoteExchangeOpen(parts.journal) || isCoinExchangeOpen(parts.journal) ? openExchanges(parts.journal) : [];
    for (const [source, code] of [['notes', 'TRM_NOTES_OPEN'], ['coins', 'TRM_COINS_OPEN']] as const) {
      const found = open.find((one) => one.code === code);
      troubles.set(source, found === undefined ? null : { code, detail: exchangeText(found) });
    }
  }

  /** Whom to believe is found by counting; nobody is turned away for it. */
  #lookAtCounts(): void {
    const { parts, troubles } = this.#options;
    const { differences } = parts.unitComparison;
    troubles.set('counts', differences.length === 0 ? null : { code: 'TRM_COUNTS_DIFFER', detail: differences.map(countsText).join(' · ') });
  }

  /** An alarm until somebody who can read it has been there. */
  #lookAtConflicts(): void {
    const { parts, troubles } = this.#options;
    const conflict = unseenConflict(parts.journal);
    troubles.set('conflict', conflict !== null ? { code: 'HST_ANSWER_CONFLICT', detail: `${conflict.data.operation} ${conflict.data.messageId}: ${conflict.data.state}, then ${conflict.data.outcome} ${conflict.data.detail}`.trim() } : null);
  }

  /** Until the bank holds a newer one. */
  #lookAtSeals(): void {
    const { parts, troubles } = this.#options;
    const [last] = parts.journal.entries({ kinds: ['seal.held', 'seal.refused'], newestFirst: true, limit: 1 });
    troubles.set('seal', last?.kind === 'seal.refused' ? { code: 'HST_SEAL_REFUSED', detail: (last as JournalEntry<'seal.refused'>).data.refusal } : null);
  }

  /** Until the bank describes them well or not at all; all others are served. */
  #lookAtCatalogue(): void {
    const { parts: { catalogue: { current, leftOut } }, troubles } = this.#options;
    troubles.set('catalogue', leftOut.length === 0 ? null : { code: 'HST_PROVIDER_ODD', detail: `version ${current.version}: ${leftOut.map(({ providerId, why }) => `${providerId} (${why})`).join(' · ')}` });
  }

  #lookAtClock(): void {
    const { parts, troubles } = this.#options;
    const doubt = clockDoubt(parts);
    const isRight = doubt === null;
    troubles.set('clock', doubt === null ? null : { code: 'TRM_CLOCK_WRONG', detail: doubtText(doubt) });
    if (isRight === this.#isClockRight) return;
    this.#isClockRight = isRight;
    if (doubt === null) parts.log.info('trm.clock.right');
    else parts.log.error('trm.clock.wrong', { code: 'TRM_CLOCK_WRONG', byMs: doubt.byMs, against: doubt.against });
  }

  #probe(): void {
    const { parts, troubles } = this.#options;
    this.#isProbing = true;
    const readable = parts.journal.probe();
    // What devices told meanwhile is written before anybody new is served.
    const probed = readable.ok ? parts.heldOutcomes.write() : readable;
    this.#isProbing = false;
    troubles.set('journal', probed.ok ? null : probed.error);
    if (probed.ok !== this.#isJournalWritable) {
      this.#isJournalWritable = probed.ok;
      if (!probed.ok) parts.log.error('jnl.probe.failed', { code: probed.error.code, detail: probed.error.detail });
    }
    if (probed.ok) parts.site.writeRest();
    this.look();
    void parts.cassettes.refresh().then((isChanged) => {
      if (isChanged) this.look();
    });
    this.#timer = parts.clock.setTimeout(() => this.#probe(), PROBE_MS);
  }
}
