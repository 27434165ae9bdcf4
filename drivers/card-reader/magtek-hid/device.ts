import { createActor } from 'xstate';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { Log } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CardPosition, CardReader, CardReaderCapabilities, CardReaderEvent } from '../../interfaces/card-reader.ts';
import type { DeviceStatus, Unsubscribe } from '../../interfaces/device.ts';
import { StatusBoard } from '../../interfaces/status-board.ts';
import { Liveness } from '../../life/liveness.ts';
import { LineOwner } from '../../transport/line-owner.ts';
import type { HidTransport } from '../../transport/transport.ts';
import { cardOf } from './codec.ts';
import { MagtekLink } from './link.ts';
import type { MagtekMachineEvent } from './magtek-hid.machine.ts';
import { magtekDeviceState, magtekMachine } from './magtek-hid.machine.ts';

/** Nothing is asked of the reader but whether it is still there. */
const POLL_INTERVAL_MS = 3_000;
const CAPABILITIES: CardReaderCapabilities = { motorised: false, capture: false, chip: false };

export interface MagtekSwipeReaderOptions {
  readonly deviceId: string;
  readonly transport: HidTransport;
  readonly clock: Clock;
  readonly log: Log;
}

/** Swipe reader of the MagTek SureSwipe kind in HID mode. A swipe while entry is not enabled is counted and forgotten. */
export function createMagtekSwipeReader(options: MagtekSwipeReaderOptions): CardReader {
  return new MagtekSwipeReader(options);
}

class MagtekSwipeReader implements CardReader {
  readonly deviceId: string;
  readonly capabilities = CAPABILITIES;
  readonly #link: MagtekLink;
  readonly #owner: LineOwner;
  readonly #board: StatusBoard;
  readonly #machine = createActor(magtekMachine);
  readonly #listeners = new Set<(event: CardReaderEvent) => void>();
  #isEntryEnabled = false;

  constructor(options: MagtekSwipeReaderOptions) {
    this.deviceId = options.deviceId;
    this.#link = new MagtekLink(options);
    this.#board = new StatusBoard({ deviceId: options.deviceId, deviceClass: 'cardReader', protocol: 'magtek-hid', clock: options.clock, counters: () => this.#link.counters });
    const liveness = new Liveness({ clock: options.clock, ask: () => options.transport.probe() });
    this.#owner = new LineOwner({
      clock: options.clock,
      pollIntervalMs: POLL_INTERVAL_MS,
      work: {
        open: () => this.#link.open(),
        close: () => this.#link.close(),
        bringUp: async () => {
          if (!(await liveness.begin())) return false;
          this.#board.update({ model: 'HID swipe reader' });
          this.#send({ type: 'port.opened' });
          if (this.#isEntryEnabled) this.#send({ type: 'entry.enabled' });
          return true;
        },
        poll: () => liveness.check(),
        onDown: (reason) => {
          options.log.warn('idc.device.offline', { deviceId: options.deviceId, code: reason.code, detail: reason.detail });
          this.#send({ type: 'line.lost' });
        },
      },
    });
    this.#link.onLost(() => this.#owner.lineLost());
    this.#link.onSwipe((swipe) => {
      if (!this.#isEntryEnabled) return;
      const card = cardOf(swipe.tracks);
      if (card === null) this.#board.record('IDC_UNREADABLE', 'no track gave a card number');
      this.#tell(card === null ? { kind: 'cardUnreadable' } : { kind: 'cardRead', card });
    });
    this.#machine.start();
  }

  start(): void {
    this.#owner.start();
  }

  async stop(): Promise<void> {
    this.#isEntryEnabled = false;
    await this.#owner.stop();
    this.#send({ type: 'line.lost' });
  }

  status(): DeviceStatus {
    return this.#board.status();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.#board.onStatus(listener);
  }

  onEvent(listener: (event: CardReaderEvent) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  position(): CardPosition {
    return 'none';
  }

  reset(): void {
    this.#owner.bringUpAgain();
  }

  async enableEntry(): Promise<DeviceOutcome<void>> {
    return this.#switch(true);
  }

  async disableEntry(): Promise<DeviceOutcome<void>> {
    return this.#switch(false);
  }

  async eject(): Promise<DeviceOutcome<void>> {
    return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'a swipe reader holds no card' };
  }

  async capture(): Promise<DeviceOutcome<void>> {
    return { kind: 'failed', completionCode: 'unsupportedCommand', detail: 'a swipe reader holds no card' };
  }

  async #switch(isEnabled: boolean): Promise<DeviceOutcome<void>> {
    if (!isEnabled) this.#isEntryEnabled = false;
    const isUp = await this.#owner.run(async () => true);
    if (isUp !== true) return { kind: 'failed', completionCode: 'deviceNotReady', errorCode: 'IDC_OFFLINE', detail: 'the reader is not there' };
    this.#isEntryEnabled = isEnabled;
    this.#send({ type: isEnabled ? 'entry.enabled' : 'entry.disabled' });
    return { kind: 'completed', value: undefined };
  }

  #tell(event: CardReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #send(event: MagtekMachineEvent): void {
    this.#machine.send(event);
    const state = magtekDeviceState(this.#machine.getSnapshot().value);
    this.#board.update({ state, faults: state === 'offline' ? ['IDC_OFFLINE'] : [] });
  }
}
