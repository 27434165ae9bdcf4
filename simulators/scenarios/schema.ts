import { z } from 'zod';
import { HOST_OPERATIONS } from '../../main/contracts/host-operations.ts';
import type { HostOperation } from '../../main/contracts/host-operations.ts';
import { languageSchema } from '../../main/contracts/languages.ts';
import { MESSAGE_STATES } from '../../main/contracts/message-state.ts';
import { operationCodeSchema } from '../../main/contracts/operations.ts';
import { screenSchema, UNAVAILABLE_REASONS } from '../../main/contracts/screen-model.ts';
import type { ScreenId } from '../../main/contracts/screen-model.ts';
import { REFUSAL_CODES } from '../../main/foundation/refusals.ts';
import { SAMPLE_DISPENSERS, SAMPLE_RECYCLERS } from '../terminal/sample-config.ts';

/**
 * One customer's visit as data: what is loaded, what goes wrong, what he does, what must have come of it. Sums in whole tenge, as on the
 * screen; a step waits by itself for the screen on which it can be done. Described for people in the README of this folder; the published
 * schema `scenario.schema.json` is made from this file.
 */
const SCREEN_IDS = screenSchema.options.map((option) => option.shape.screen.value) as [ScreenId, ...ScreenId[]];
const HOST_OPERATION_NAMES = Object.keys(HOST_OPERATIONS) as [HostOperation, ...HostOperation[]];

const text = z.string().min(1).max(300);
const tenge = z.number().int().min(0).max(100_000_000);
const signedTenge = z.number().int().min(-100_000_000).max(100_000_000);
const screenId = z.enum(SCREEN_IDS);
const command = z.looseObject({ do: z.string() }).describe('As in the README of that simulator');
const deviceTarget = z.enum(['acceptor', 'dispenser', 'printer', 'card-reader', 'swipe-reader', 'scanner', 'switches', 'power-supply', 'watchdog', 'coin-acceptor', 'coin-dispenser']);

export const PRESSES = ['next', 'cancel', 'back', 'leaveFinish', 'leaveWithoutCredit', 'anotherOperation', 'stillHere', 'resendCode'] as const;
export const NOTE_KINDS = ['genuine', 'unfit', 'foreign', 'counterfeit'] as const;
export const NOTE_GOALS = ['inside', 'back', 'unnoticed', 'anywhere'] as const;

const step = z.union([
  z.strictObject({ touch: z.literal(true) }).describe('Touches the screen: leaves the greeting, goes on from a notice'),
  z.strictObject({ choose: operationCodeSchema }).describe('Chooses an operation in the menu'),
  z.strictObject({ phone: z.string().max(20) }).describe('Types his telephone number'),
  z.strictObject({ iin: z.string().max(12) }).describe('Identifies himself by IIN instead'),
  z.strictObject({ birthDate: z.string().regex(/^\d{8}$/) }).describe('DDMMYYYY'),
  z.strictObject({ code: z.enum(['right', 'wrong']) }).describe('Reads the code on the telephone and types it, rightly or not'),
  z.strictObject({ account: z.number().int().min(1).max(50) }).describe('The n-th of the offered accounts, from 1'),
  z.strictObject({ category: z.string().max(64) }),
  z.strictObject({ provider: z.string().max(64) }),
  z.strictObject({ fields: z.record(z.string().max(32), z.string().max(64)) }).describe('Requisites by field key'),
  z.strictObject({ press: z.enum(PRESSES), on: screenId.optional().describe('Only on this screen; otherwise on the first that has such a button') }),
  z.strictObject({ note: tenge, kind: z.enum(NOTE_KINDS).optional(), goes: z.enum(NOTE_GOALS).optional().describe('Where it must end: inside and counted (default), back with the customer, in the box though the terminal need not know yet, or anywhere (nobody waits)') }),
  z.strictObject({ coin: tenge, goes: z.enum(['inside', 'back', 'anywhere']).optional().describe('Where it must end: in the box and counted (default), in the return tray, or anywhere (nobody waits)') }).describe('Throws a coin in'),
  z.strictObject({ amount: tenge }).describe('Types the sum of a withdrawal'),
  z.strictObject({ change: z.enum(['phoneTopUp', 'notes']) }),
  z.strictObject({ takeCash: z.literal(true) }).describe('Takes the notes from the exit, and says so where no sensor sees it'),
  z.strictObject({ receipt: z.enum(['paper', 'electronic']) }).describe('Chooses the receipt on the result'),
  z.strictObject({ takeReceipt: z.literal(true) }).describe('Waits for the paper and takes it'),
  z.strictObject({ walkAway: z.literal(true) }).describe('Touches nothing until the terminal has given him up'),
  z.strictObject({ wait: screenId }).describe('Waits until this screen is shown'),
  z.strictObject({ stopped: z.enum(['limit', 'device', 'boxFull', 'host', 'queueLimit']) }).describe('Waits until the screen of the cash-in says that it takes no more, for this reason'),
  z.strictObject({ offered: operationCodeSchema, not: z.enum(UNAVAILABLE_REASONS).optional() }).describe('Waits until a screen with all operations offers this one, or with `not` says this as the reason why it does not'),
  z.strictObject({ settled: z.literal(true) }).describe('Waits until the bank has answered everything that must reach it'),
  z.strictObject({ device: z.strictObject({ target: deviceTarget, command }) }).describe('A hand on a device'),
  z.strictObject({ staff: text, password: z.string().max(64), newPassword: z.string().max(64).optional().describe('Typed where the terminal asks for it') }).describe('Signs in to service mode; the key is a hand on `switches`'),
  z.strictObject({ exchange: z.enum(['startExchange', 'load', 'empty', 'collect', 'endExchange']), cassette: z.number().int().min(1).max(2).optional(), notes: z.number().int().min(1).max(1000).optional() }).describe('On the page Cash of service mode: says what he does to cassettes and cash box, and waits for the answer; what hands do to the device is a step of its own'),
  z.strictObject({ units: z.enum(['float', 'empty']), keep: z.number().int().min(0).max(1000).optional() }).describe('On the page Cash of service mode: has a recycler bring notes of its units into its box, all or all above `keep` of each kind, and waits until it is done'),
  z.strictObject({ logout: z.literal(true) }).describe('Leaves service mode'),
  z.strictObject({ bank: command }).describe('Something happens at the bank'),
  z.strictObject({ kill: z.literal('core'), after: z.strictObject({ target: z.union([deviceTarget, z.literal('bank')]), event: text }).optional() }).describe('The core dies (SIGKILL), at once or as soon as this next happens at a device, and is started again'),
  z.strictObject({ coreEnds: z.number().int() }).describe('Waits until the core has ended by itself with this exit code; it is started again, as by a service manager'),
  z.strictObject({ hang: z.literal('core') }).describe('The core does nothing any more (SIGSTOP), until the watchdog restarts the computer'),
  z.strictObject({ killWindow: z.literal(true) }).describe('The window dies and a new one connects: it must show the same screen'),
]);

const fault = z.strictObject({
  target: z.union([deviceTarget, z.literal('bank')]),
  command,
  when: z.union([z.literal('start'), z.strictObject({ screen: screenId })]).default('start').describe('Before the core starts, or when a screen is first shown'),
});

const milliseconds = z.number().int().min(1000).max(600_000);

export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z0-9-]{2,60}$/),
  title: text,
  language: languageSchema.default('kk'),
  loaded: z
    .strictObject({ cassettes: z.array(z.strictObject({ denomination: tenge, notes: z.number().int().min(0).max(1000) })).min(1).max(2) })
    .optional()
    .describe('Notes in the dispenser, upper cassette first; the sample terminal has 400 × 5 000 and 500 × 2 000'),
  dispenser: z
    .enum(SAMPLE_DISPENSERS)
    .optional()
    .describe('puloon-lcdm, as it is left out: notes leave while they are counted; fujitsu-f53: gathered, presented as a bunch behind a shutter, drawn back when not taken'),
  recycler: z
    .strictObject({ protocol: z.enum(SAMPLE_RECYCLERS).default('ssp-smart-payout'), denominations: z.array(tenge).min(1).max(8).describe('Notes that it keeps to pay out again'), alone: z.boolean().default(true).describe('Without the dispenser') })
    .optional()
    .describe('A recycler in place of the acceptor, empty at the start'),
  coins: z
    .strictObject({ denomination: tenge.min(1), count: z.number().int().min(0).max(1000) })
    .optional()
    .describe('A coin acceptor, and a hopper with these coins, beside the others'),
  limits: z
    .strictObject({
      ordinaryMs: milliseconds, cashInMs: milliseconds, warningMs: milliseconds, resultMs: milliseconds, takeCashMs: milliseconds, takeReceiptMs: milliseconds,
      deliveryWaitMs: milliseconds, answerTimeoutMs: milliseconds, resendAfterMs: milliseconds,
      queueAgeMsMax: milliseconds, queueCountMax: z.number().int().min(1).max(20), queueSumMax: tenge.min(1),
    })
    .partial()
    .optional()
    .describe('Shorter patience than in the field, so that nobody waits a minute for a walk-away; less that may wait for the bank'),
  faults: z.array(fault).max(20).default([]),
  without: z.array(operationCodeSchema).max(10).default([]).describe('Operations that the terminal does not offer at the start, by what is loaded or goes wrong; the visit begins when it offers all others'),
  steps: z.array(step).min(1).max(200),
  expect: z
    .strictObject({
      lastScreen: screenId,
      screensInclude: z.array(screenId).describe('Each of them, in this order, whatever lies between'),
      screensExclude: z.array(screenId),
      cash: z.strictObject({ moved: signedTenge, journal: signedTenge, host: signedTenge, suspense: signedTenge }).partial().describe('Net, in positive, out negative, fee included'),
      refusal: z.enum(REFUSAL_CODES).nullable(),
      messages: z.array(z.strictObject({ kind: z.enum(HOST_OPERATION_NAMES), state: z.enum(MESSAGE_STATES) })).describe('Each of them, in this order, whatever lies between'),
      receipts: z.array(z.strictObject({ status: z.string().max(40).optional(), printed: z.boolean().optional() })).describe('All receipts issued, in order'),
      recordedInBank: z.record(z.string().max(60), signedTenge).describe('Balances of ledger accounts after the visit, in tenge'),
    })
    .partial()
    .default({}),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioStep = Scenario['steps'][number];
export type ScenarioFault = Scenario['faults'][number];
