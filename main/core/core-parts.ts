import type { BarcodeReader } from '../../drivers/interfaces/barcode-reader.ts';
import type { CardReader } from '../../drivers/interfaces/card-reader.ts';
import type { CashAcceptor } from '../../drivers/interfaces/cash-acceptor.ts';
import type { CashDispenser } from '../../drivers/interfaces/cash-dispenser.ts';
import type { CoinAcceptor } from '../../drivers/interfaces/coin-acceptor.ts';
import type { CoinDispenser } from '../../drivers/interfaces/coin-dispenser.ts';
import type { Device } from '../../drivers/interfaces/device.ts';
import type { Lights } from '../../drivers/interfaces/lights.ts';
import type { PowerSupply } from '../../drivers/interfaces/power-supply.ts';
import type { Printer } from '../../drivers/interfaces/printer.ts';
import type { Switches } from '../../drivers/interfaces/switches.ts';
import type { Watchdog } from '../../drivers/interfaces/watchdog.ts';
import type { Config } from '../contracts/config.ts';
import type { Clock } from '../foundation/clock.ts';
import type { IdSource } from '../foundation/ids.ts';
import type { Log } from '../foundation/log.ts';
import type { Random } from '../foundation/random.ts';
import type { Journal } from '../journal/journal.ts';
import type { MirrorStatus } from '../journal/mirror.ts';
import type { CatalogueStore } from './catalogue-store.ts';
import type { SuspenseReporter } from './suspense/suspense-reporter.ts';
import type { AcceptorDesk } from './cash/acceptor-desk.ts';
import type { CoinDesk } from './cash/coin-desk.ts';
import type { CassetteWatch } from './cash/cassette-watch.ts';
import type { HeldOutcomes } from './cash/held-outcomes.ts';
import type { RecyclerDesk } from './cash/recycler-desk.ts';
import type { UnitComparison } from './cash/unit-comparison.ts';
import type { ConsentRecorder } from './desk/consent-recorder.ts';
import type { Deliveries } from './host/deliveries.ts';
import type { SiteGuard } from './guards/site-guard.ts';
import type { HostGateway } from './host/host-gateway.ts';
import type { ReceiptIssuer } from './receipt-issuer.ts';

/** The devices of this terminal; a missing one is simply not there. */
export interface TerminalDevices {
  readonly acceptor: CashAcceptor | null;
  /** All that pays out, as one (`joined-dispenser.ts`). */
  readonly dispenser: CashDispenser | null;
  readonly coinAcceptor: CoinAcceptor | null;
  /** As configured: what stands first is cassette 201. */
  readonly coinDispensers: readonly CoinDispenser[];
  readonly printer: Printer | null;
  readonly cardReaders: readonly CardReader[];
  readonly scanner: BarcodeReader | null;
  readonly switches: Switches | null;
  /** Guidance lights, on the board of the switches or of their own. */
  readonly lights: Lights | null;
  readonly powerSupply: PowerSupply | null;
  readonly watchdog: Watchdog | null;
  /** No operation uses them; they are supervised and shown like all. */
  readonly others: readonly Device[];
}

export function allDevices(devices: TerminalDevices): readonly Device[] {
  const all = [
    devices.acceptor,
    devices.coinAcceptor,
    ...devices.coinDispensers,
    devices.dispenser,
    devices.printer,
    ...devices.cardReaders,
    devices.scanner,
    devices.switches,
    devices.powerSupply,
    devices.watchdog,
    ...devices.others,
  ].filter((device): device is NonNullable<typeof device> => device !== null);
  // A recycler or hopper without a dispenser beside it is both.
  return all.filter((device, index) => all.findIndex((other) => other.deviceId === device.deviceId) === index);
}

/** What the actors of the machines work with, once the journal is open. */
export interface CoreParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  readonly log: Log;
  readonly journal: Journal;
  /** What devices told and the disk has not taken yet. */
  readonly heldOutcomes: HeldOutcomes;
  readonly devices: TerminalDevices;
  readonly gateway: HostGateway;
  readonly deliveries: Deliveries;
  readonly acceptorDesk: AcceptorDesk;
  readonly coinDesk: CoinDesk;
  readonly cassettes: CassetteWatch;
  /** null: this terminal has no recycler. */
  readonly recyclerDesk: RecyclerDesk | null;
  /** What devices count for themselves, beside the journal. */
  readonly unitComparison: Pick<UnitComparison, 'of' | 'differences'>;
  readonly receipts: ReceiptIssuer;
  /** Mains, doors, tamper contact. */
  readonly site: SiteGuard;
  readonly consents: ConsentRecorder;
  readonly catalogue: CatalogueStore;
  readonly suspense: Pick<SuspenseReporter, 'ask'>;
  /** What keeps the journal beside the money: for the technician. */
  readonly journalCare: { readonly mirror: () => MirrorStatus | null; readonly policyProblem: () => string | null };
}
