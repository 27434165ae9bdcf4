import { z } from 'zod';
import { MINOR_PER_UNIT } from '../foundation/money.ts';
import { DEVICE_PROTOCOLS } from './device-protocols.ts';
import { MIX_STRATEGIES } from './mix-strategies.ts';
import { SAMPLE_DEVICES } from './run-folder.ts';

/**
 * The configuration of one terminal: one JSON file, checked at start; a wrong field stops the start with path, found and expected (exit 78).
 * Secrets are not in it, only the paths of key files. The published JSON Schema is made from this definition (`qolma config schema`).
 */
/** Goes onto screens and paper and into documents, where a control character has no place. */
const printable = (lengthMax: number) => z.string().min(1).max(lengthMax).regex(/^[^\p{Cc}\p{Cs}\ufffe\uffff]+$/u);
const text = printable(200);
/** In whole tenge: no smaller coin circulates, and every payable amount is a multiple of the greatest common divisor of what is loaded. At most fifty times the largest note: with `count`, every sum is exact. */
const denominationMinor = z.number().int().positive().max(100_000_000).multipleOf(MINOR_PER_UNIT);
const path = z.string().min(1).max(1000).describe('Absolute, or relative to the folder of this file');

const serialLine = z.strictObject({
  kind: z.literal('serial'),
  path: path.describe('Serial port or pseudo-terminal; give a stable name (udev) in the field'),
  baudRateBps: z.number().int().min(300).max(4_000_000).default(9600),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
});
/** Device ids of the parts; nothing else may be called so. */
const PART_DEVICE_IDS: readonly string[] = Object.values(SAMPLE_DEVICES);
const usbId = z.number().int().min(0).max(0xffff);

/** Of notes or coins in a unit: more than any holds, and so few that every sum of money in a terminal is exact. */
const count = z.number().int().nonnegative().max(1_000_000);
const capacity = count.min(1);
/** What is in it at first and what stays in it, held against what it holds. */
const holds = ({ capacityNotes, capacityCoins, initialCount, keepCount }: { readonly capacityNotes?: number; readonly capacityCoins?: number; readonly initialCount?: number; readonly keepCount: number }): boolean => Math.max(initialCount ?? 0, keepCount) <= (capacityNotes ?? capacityCoins ?? 0);
const HOLDS = 'initialCount and keepCount not above the capacity';

/** How a device is reached; its protocol says which kind it speaks on. */
const deviceLine = z.discriminatedUnion('kind', [
  serialLine,
  z.strictObject({ kind: z.literal('usb'), vendorId: usbId, productId: usbId }).describe('USB HID'),
  z.strictObject({ kind: z.literal('hidSocket'), path }).describe('Simulated USB HID: reports over a socket'),
  z.strictObject({ kind: z.literal('url'), url: z.url().refine((url) => /^(wss?|tcp|pcsc):\/\//.test(url), 'ws, wss, tcp or pcsc') }).describe('A service on the machine or its network'),
]);

export type DeviceLine = z.infer<typeof deviceLine>;
export type SerialLine = z.infer<typeof serialLine>;

/** A device in one part of the terminal: which protocol, on which line, and what the protocol lets a site set (`qolma devices list`). */
function device<Protocols extends readonly [string, ...string[]]>(protocols: Protocols) {
  return z.strictObject({ protocol: z.enum(protocols), line: deviceLine, options: z.record(z.string(), z.json()).default({}) });
}

/** Every protocol that there is: what a site connects besides the parts of the flows. */
const anyProtocol = z.enum(Object.values(DEVICE_PROTOCOLS).flat());
const otherDevice = z.strictObject({
  deviceId: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/).refine((deviceId) => !PART_DEVICE_IDS.includes(deviceId), 'a name that no part of the terminal has'),
  protocol: anyProtocol,
  line: deviceLine,
  options: z.record(z.string(), z.json()).default({}),
});
/** More kinds of coins than are in circulation; each hopper has a line of its own. */
export const HOPPERS_MAX = 8;
const OTHER_DEVICES_MAX = 24;

export const configSchema = z.strictObject({
  terminal: z.strictObject({
    terminalId: z.string().regex(/^[A-Z0-9]{4,16}$/).describe('As enrolled at the bank; goes into every message'),
    number: z.string().regex(/^\d{4,8}$/).describe('As the customer reads it; first part of receipt numbers'),
    acquirerId: printable(35),
    hostId: printable(35),
    bankName: printable(40),
    bankBin: z.string().regex(/^\d{12}$/),
    address: printable(120),
    helpNumber: printable(20),
  }),
  host: z.strictObject({
    baseUrl: z.url().refine((url) => url.startsWith('https://'), 'https only'),
    serverName: text,
    caFile: path,
    tlsCertificateFile: path,
    tlsKeyFile: path,
    signCertificateFile: path,
    signKeyFile: path,
    hostSignCertificateFile: path.describe('One to four PEM certificates: the current one and, while the bank changes its key, the next or the one before. Absolute, or relative to the folder of this file'),
    hostEncryptCertificateFile: path,
    answerTimeoutMs: z.number().int().min(1000).max(60_000).default(30_000),
    heartbeatMs: z.number().int().min(1000).max(300_000).default(15_000),
  }),
  devices: z.strictObject({
    acceptor: device(DEVICE_PROTOCOLS.cashAcceptor).extend({ capacityNotes: capacity.default(1000) }).optional(),
    dispenser: device(DEVICE_PROTOCOLS.cashDispenser)
      .extend({
        cassettes: z
          .array(z.strictObject({ cassetteNumber: z.number().int().min(1).max(12), denominationMinor, capacityNotes: capacity.default(1000), initialCount: count.default(0), keepCount: count.default(0) }).refine(holds, HOLDS))
          .min(1)
          .max(12)
          .refine((cassettes) => new Set(cassettes.map((cassette) => cassette.cassetteNumber)).size === cassettes.length, 'each cassetteNumber once'),
      })
      .optional(),
    recycler: device(DEVICE_PROTOCOLS.cashRecycler)
      .extend({
        capacityNotes: capacity.default(1000).describe('Of its cash box'),
        units: z
          .array(z.strictObject({ denominationMinor, capacityNotes: capacity.default(80), keepCount: count.default(0) }).refine(holds, HOLDS))
          .min(1)
          .max(8)
          .refine((units) => new Set(units.map((unit) => unit.denominationMinor)).size === units.length, 'each denomination once')
          .describe('Notes that are kept to be paid out again, in this order for ever: counts are kept by place in this list'),
      })
      .optional()
      .describe('In place of the acceptor: notes that it takes it pays out again, beside the dispenser if there is one'),
    coinAcceptor: device(DEVICE_PROTOCOLS.coinAcceptor)
      .extend({ capacityCoins: capacity.default(2000).describe('Of its box: no coin is taken while twenty more might not fit, by the count of the journal') })
      .optional()
      .describe('Coins are taken beside notes: they are inside as they fall, nothing comes back'),
    coinDispensers: z
      .array(device(DEVICE_PROTOCOLS.coinDispenser).extend({ denominationMinor, capacityCoins: capacity.default(1000), initialCount: count.default(0), keepCount: count.default(0) }).refine(holds, HOLDS))
      .max(HOPPERS_MAX)
      .default([])
      .describe('Hoppers, one kind of coin each, paid out as the last part of what notes do not make; in this order for ever: counts are kept by place in this list'),
    printer: device(DEVICE_PROTOCOLS.printer).optional(),
    cardReader: device(DEVICE_PROTOCOLS.cardReader).optional(),
    swipeReader: device(DEVICE_PROTOCOLS.cardReader).optional(),
    scanner: device(DEVICE_PROTOCOLS.barcodeReader).optional(),
    switches: device(DEVICE_PROTOCOLS.auxiliaries).optional(),
    lights: device(DEVICE_PROTOCOLS.lights).optional().describe('Guidance lights of their own, in place of those on the board of the switches'),
    powerSupply: device(DEVICE_PROTOCOLS.powerSupply).optional().describe('UPS: on its battery nobody new is served, nearly empty the terminal closes in order'),
    watchdog: device(DEVICE_PROTOCOLS.watchdog).optional().describe('Board that restarts the computer when the core does not live'),
    others: z
      .array(otherDevice)
      .max(OTHER_DEVICES_MAX)
      .refine((others) => new Set(others.map((other) => other.deviceId)).size === others.length, 'each deviceId once')
      .default([])
      .describe('Devices that no operation uses (PIN pad, biometrics …): supervised and shown to the technician like all others'),
  }),
  acceptance: z.strictObject({ denominationsMinor: z.array(denominationMinor).min(1).max(16).refine((all) => new Set(all).size === all.length, 'each denomination once') }),
  dispense: z.strictObject({ strategy: z.enum(MIX_STRATEGIES).default('fewestNotes').describe('Which notes a pay-out is made of: as few as can be, all cassettes emptying together, or all kinds kept payable') }).default({ strategy: 'fewestNotes' }),
  limits: z.strictObject({
    patienceMs: z.strictObject({ ordinary: z.number().int().min(1000).max(600_000).default(60_000), cashIn: z.number().int().min(1000).max(600_000).default(100_000), warning: z.number().int().min(1000).max(60_000).default(20_000), result: z.number().int().min(1000).max(600_000).default(60_000) }),
    takeCashMs: z.number().int().min(1000).max(120_000).default(30_000),
    takeReceiptMs: z.number().int().min(1000).max(120_000).default(30_000),
    farewellMs: z.number().int().min(500).max(30_000).default(5_000),
    deliveryWaitMs: z.number().int().min(1000).max(120_000).default(35_000).describe('How long the customer waits for the answer to a deposit or payment before the result says pending'),
    queueCountMax: z.number().int().positive().default(20).describe('More messages about cash than this without an answer of the bank: no new money'),
    queueAgeMsMax: z.number().int().positive().default(600_000).describe('The same when one of them is older'),
    queueSumMinorMax: z.number().int().positive().default(500_000_000).describe('The same when the cash that they tell of is more'),
    serviceInactivityMs: z.number().int().min(1000).max(1_800_000).default(300_000),
  }),
  terms: z.strictObject({ version: text, text: z.strictObject({ kk: z.array(z.string()).min(1), ru: z.array(z.string()).min(1), en: z.array(z.string()).min(1) }).describe('Pages') }),
  storage: z.strictObject({
    dataFolder: path,
    runFolder: path,
    freeBytesMin: z.number().int().min(1_048_576).default(67_108_864).describe('Free space on the disk of the data folder under which nothing that moves money begins'),
    reserveBytes: z.number().int().min(65_536).max(1_073_741_824).default(16_777_216).describe('Length of the file beside the journal whose room is given up when the disk is full all the same, so that what has moved is written'),
    journalMirrorFolder: path.optional().describe('Existing folder on another medium (second disk, USB, network share) to which the journal is copied all the time; absent: no second copy'),
    retentionPolicyFile: path.optional().describe('Retention policy signed by the bank (hostSignCertificateFile): what the journal lets go of and when; absent: everything is kept. A new policy needs no restart'),
    journalKeyFile: path.optional().describe('Keys of what is personal in the journal, mode 0600; default: journal.keys in the data folder. Made at the first start. Keep a copy elsewhere: without it the journal is not readable'),
  }),
});

export type Config = z.infer<typeof configSchema>;

/** Every configured device by name: the part it has in the terminal, or the id of one that has none. */
export function configuredDevices({ others, coinDispensers, ...parts }: Config['devices']): readonly { readonly name: string; readonly protocol: string; readonly line: DeviceLine }[] {
  const named = Object.entries(parts).flatMap(([name, device]) => (device === undefined ? [] : [{ name, protocol: device.protocol, line: device.line }]));
  const hoppers = coinDispensers.map(({ protocol, line }, index) => ({ name: `coinDispensers.${index}`, protocol, line }));
  return [...named, ...hoppers, ...others.map(({ deviceId, protocol, line }) => ({ name: deviceId, protocol, line }))];
}

export interface ConfigProblem {
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** @returns the configuration, or each wrong field with its path, what was found and what was expected */
export function parseConfig(input: unknown): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly ConfigProblem[] } {
  const parsed = configSchema.safeParse(input, { jitless: true }); // read once: compiling the check costs more than it saves
  if (parsed.success) return { ok: true, config: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({ path: issue.path.length === 0 ? '(file)' : issue.path.join('.'), found: describe(valueAt(input, issue.path)), expected: issue.message })),
  };
}

function valueAt(input: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined), input);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
