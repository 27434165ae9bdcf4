import { z } from 'zod';
import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { StorageUnit } from './counts.ts';
import { storageSchema, totalOf } from './counts.ts';
import { dispenseToken } from './dispense-token.ts';
import type { Payload } from './messages.ts';
import type { ServiceLink, XfsReply } from './service-link.ts';
import { failedUnitsOf, failureOf } from './storage.ts';
import { isUnusable } from './stored-units.ts';

/** A dispense is never cancelled by time; behind this its result is unknown. */
export const MOVE_PATIENCE_MS = 120_000;
/** Nothing was put in reach. [xfs4iot §6] */
const NOT_PRESENTED: readonly string[] = ['noItems', 'exchangeActive', 'presentErrorNoItems', 'unsupportedPosition', 'shutterNotOpen'];

/** Notes by the service's names of its units, and their worth by currency in major units: the application's own mix. */
export interface UnitMix {
  readonly counts: Readonly<Record<string, number>>;
  readonly currencies: Readonly<Record<string, number>>;
}

/** The commands of CashDispenser and what their answers mean, for whoever has units that pay out. [xfs4iot §1.8, §6] */
export class XfsDispensing {
  readonly #service: ServiceLink;
  readonly #tokenKey: Uint8Array | null;

  /** @param tokenKey  XFSAuthenticateHost; null: the service asks for no token */
  constructor(service: ServiceLink, tokenKey: Uint8Array | null) {
    this.#service = service;
    this.#tokenKey = tokenKey;
  }

  async readStorage(): Promise<Readonly<Record<string, StorageUnit>> | null> {
    const reply = await this.#service.command('Storage.GetStorage');
    return reply.kind === 'done' ? (storageSchema.safeParse(reply.payload).data?.storage ?? null) : null;
  }

  /** `{}` where no token is asked for; null: asked for, and there is no way to make one. */
  async authorise(currencies: UnitMix['currencies']): Promise<{ readonly token?: string } | null> {
    if (this.#service.capabilities?.common?.endToEndSecurity?.commands?.includes('CashDispenser.Dispense') !== true) return {};
    const [amount] = Object.entries(currencies);
    if (this.#tokenKey === null || amount === undefined || Object.keys(currencies).length !== 1) return null;
    const reply = await this.#service.command('Common.GetCommandNonce');
    const nonce = reply.kind === 'done' ? reply.payload['commandNonce'] : undefined;
    return typeof nonce === 'string' && /^[0-9A-Za-z]{1,64}$/.test(nonce) ? { token: dispenseToken(nonce, `${amount[1].toFixed(2)}${amount[0]}`, this.#tokenKey) } : null;
  }

  /** Into the intermediate stacker, or out where there is none. @param authority  of `authorise`, for these very notes */
  order({ counts, currencies }: UnitMix, authority: { readonly token?: string }): Promise<XfsReply> {
    return this.#service.command('CashDispenser.Dispense', { denomination: { denomination: { app: { currencies, counts } } }, ...authority }, { patienceMs: MOVE_PATIENCE_MS });
  }

  /** Into the customer's reach. */
  present(): Promise<XfsReply> {
    return this.#service.command('CashDispenser.Present', {}, { patienceMs: MOVE_PATIENCE_MS });
  }

  /** In reach it is drawn in, out of reach rejected. */
  takeBack({ isPresented }: { readonly isPresented: boolean }): Promise<XfsReply> {
    return isPresented
      ? this.#service.command('CashManagement.Retract', { location: { retractArea: 'retract', index: 1 } }, { patienceMs: MOVE_PATIENCE_MS })
      : this.#service.command('CashDispenser.Reject', {}, { patienceMs: MOVE_PATIENCE_MS });
  }
}

export function paysNothing(unit: StorageUnit | undefined): boolean {
  return unit === undefined || isUnusable(unit.status);
}

/** A Present after which what was gathered lies where it lay. */
export function isNotPresented(reply: XfsReply): reply is Extract<XfsReply, { kind: 'refused' | 'failed' }> {
  return reply.kind === 'refused' || (reply.kind === 'failed' && reply.errorCode !== null && NOT_PRESENTED.includes(reply.errorCode));
}

const gatheredSchema = z.looseObject({ bunches: z.string().regex(/^\d{1,3}$/) });

/** 1 where the service does not say it. @param payload  of Dispense's completion [xfs4iot §6] */
export function bunchCountOf(payload: Payload): number {
  return Number(gatheredSchema.safeParse(payload).data?.bunches ?? 1);
}

const presentedSchema = z.looseObject({ position: z.looseObject({ additionalBunches: z.string().nullish() }).nullish() });

/** Part of what was gathered is still inside: it goes out when what lies in reach was taken and Present is repeated. @param payload  of Present's completion [xfs4iot §6] */
export function hasFurtherBunches(payload: Payload): boolean {
  return (presentedSchema.safeParse(payload).data?.position?.additionalBunches ?? '0') !== '0';
}

/** Which unit stopped the dispense, as the StorageErrorEvent before its completion says; without one the completion is all there is. [xfs4iot §14.3] */
export function stoppedByOf(reply: Exclude<XfsReply, { kind: 'refused' | 'silence' }>): (unit: string) => ErrorCode | null {
  if (reply.kind === 'done') return () => null;
  const told = reply.events.filter(({ name }) => name === 'Storage.StorageErrorEvent').map(({ payload }) => ({ units: failedUnitsOf(payload), code: failureOf(payload) === 'empty' ? ('CDM_CASSETTE_EMPTY' as const) : ('CDM_PICK_FAILURE' as const) }));
  if (told.some(({ units }) => units.length > 0)) return (unit) => told.find(({ units }) => units.includes(unit))?.code ?? null;
  return () => (reply.errorCode === 'cashUnitError' ? 'CDM_CASSETTE_EMPTY' : 'CDM_PICK_FAILURE');
}

const drawnInSchema = z.looseObject({ storage: z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).nullish(), transport: z.unknown().optional(), stacker: z.unknown().optional() });

/**
 * Notes that are out of the customer's reach again: in whatever unit and by whatever role, or only as far as transport or stacker. null: the device draws in without counting; none of what it did draw in says so, too.
 * @param payload  of Retract's completion [xfs4iot §4]
 */
export function retractedOf(payload: Payload): number | null {
  const { storage, transport, stacker } = drawnInSchema.safeParse(payload).data ?? {};
  const inUnits = Object.values(storage ?? {}).flatMap((roles) => Object.values(roles ?? {})).reduce<number>((sum, counts) => sum + totalOf(counts), 0);
  return inUnits === 0 ? null : inUnits + totalOf(transport) + totalOf(stacker);
}
