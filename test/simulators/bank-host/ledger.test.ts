import fc from 'fast-check';
import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isIin, isKzIban, normalisePhone } from '../../../main/contracts/identifiers.ts';
import { catalogueSchema } from '../../../main/contracts/host-operations.ts';
import { createBusinessDay } from '../../../simulators/bank-host/business-day.ts';
import { LEDGER_ACCOUNTS, createLedger } from '../../../simulators/bank-host/ledger.ts';
import { SAMPLE_CATALOGUE, SAMPLE_PROVIDERS, normaliseFields } from '../../../simulators/bank-host/sample-catalogue.ts';
import { SAMPLE_CLIENTS, SAMPLE_STAFF, loadSampleData } from '../../../simulators/bank-host/sample-data.ts';
import { openBankDatabase } from '../../../simulators/bank-host/schema.ts';
import { TARIFFS, feeForMinor } from '../../../simulators/bank-host/tariffs.ts';

const NOW = Date.parse('2026-11-21T05:00:00Z');
const entry = { terminalId: '0427', operationId: 'op', purpose: 'test', businessDay: '2026-11-21', atUtcMs: NOW };

function openLedger() {
  const { database } = openBankDatabase(':memory:');
  loadSampleData(database, { nowUtcMs: NOW, businessDay: '2026-11-21' });
  return createLedger(database);
}

describe('the bank ledger', () => {
  it('refuses an entry that does not sum to zero, and writes nothing of it', () => {
    const ledger = openLedger();
    const before = ledger.postings().length;
    expect(() => ledger.post({ ...entry, lines: [{ account: 'a', amountMinor: 100 }, { account: 'b', amountMinor: -99 }] })).toThrow(/sums to zero/);
    expect(() => ledger.post({ ...entry, lines: [{ account: 'a', amountMinor: 0.5 }, { account: 'b', amountMinor: -0.5 }] })).toThrow(/safe integer/);
    expect(ledger.postings()).toHaveLength(before);
  });

  it('sums to zero over all accounts after any balanced entries, and says per terminal what came in, what went out and what is unsettled', () => {
    const amount = fc.integer({ min: 1, max: 10_000_000 });
    const movement = fc.record({ kind: fc.constantFrom('deposit', 'refused', 'given', 'doubtful'), amountMinor: amount });
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 30 }), (movements) => {
        const ledger = openLedger();
        const expected = { cashInMinor: 0, cashOutMinor: 0, suspenseInMinor: 0, suspenseOutMinor: 0, doubtfulInMinor: 0 };
        const client = LEDGER_ACCOUNTS.client('KZ60999KZT0000000001');
        const transit = LEDGER_ACCOUNTS.transit('0427');
        for (const { kind, amountMinor } of movements) {
          const lines = {
            deposit: [{ account: transit, amountMinor: -amountMinor }, { account: client, amountMinor }],
            refused: [{ account: transit, amountMinor: -amountMinor }, { account: LEDGER_ACCOUNTS.suspenseIn('0427'), amountMinor }],
            given: [{ account: client, amountMinor: -amountMinor }, { account: transit, amountMinor }],
            doubtful: [{ account: client, amountMinor: -amountMinor }, { account: LEDGER_ACCOUNTS.suspenseOut('0427'), amountMinor }],
          }[kind];
          ledger.post({ ...entry, lines });
          const member = ({ deposit: 'cashInMinor', refused: 'suspenseInMinor', given: 'cashOutMinor', doubtful: 'suspenseOutMinor' } as const)[kind];
          expected[member] += amountMinor;
        }
        expect(ledger.terminalCash('0427')).toEqual(expected);
        expect(ledger.terminalCash('0428')).toEqual({ cashInMinor: 0, cashOutMinor: 0, suspenseInMinor: 0, suspenseOutMinor: 0, doubtfulInMinor: 0 });
        expect(ledger.balances().reduce((sum, row) => sum + row.balanceMinor, 0)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('sample data', () => {
  it('has valid check digits, IBANs and phones throughout, and each client once', () => {
    for (const client of SAMPLE_CLIENTS) {
      expect(isIin(client.iin), client.clientId).toBe(true);
      expect(normalisePhone(client.phone)).toBe(client.phone);
      for (const account of client.accounts) expect(isKzIban(account.accountRef), account.accountRef).toBe(true);
    }
    expect(new Set(SAMPLE_CLIENTS.map((client) => client.iin)).size).toBe(SAMPLE_CLIENTS.length);
  });

  it('has a catalogue that fits its contract, in at least four categories, with every example accepted by its own field', () => {
    const catalogue = catalogueSchema.parse(SAMPLE_CATALOGUE);
    expect(catalogue.providers.length).toBeGreaterThanOrEqual(14);
    expect(new Set(catalogue.providers.map((provider) => provider.categoryId)).size).toBeGreaterThanOrEqual(4);
    for (const provider of catalogue.providers) {
      const typed = Object.fromEntries(provider.fields.map((field) => [field.key, field.example]));
      expect(normaliseFields(SAMPLE_PROVIDERS.get(provider.providerId)!, typed), provider.providerId).toBeDefined();
      for (const field of provider.fields) expect(field.example).toHaveLength(field.mask.length);
    }
  });

  it('refuses a missing, a malformed and an unknown provider field (RF-15)', () => {
    const water = SAMPLE_PROVIDERS.get('p-water')!;
    expect(normaliseFields(water, { account: '12-3456-78' })).toEqual({ account: '12345678' });
    expect(normaliseFields(water, { account: '12-3456-7' })).toBeUndefined();
    expect(normaliseFields(water, {})).toBeUndefined();
    expect(normaliseFields(SAMPLE_PROVIDERS.get('p-parking')!, { plate: '777BBB02' })).toBeUndefined();
  });

  it('has staff whose initial password is the documented one and must be changed (PS-12.3)', () => {
    for (const member of SAMPLE_STAFF) {
      const hash = scryptSync('Qolma-2026', Buffer.from(member.verifier.saltBase64, 'base64'), 32, { N: 16384, r: 8, p: 1 });
      expect(hash.toString('base64'), member.login).toBe(member.verifier.hashBase64);
      expect(member.mustChangePassword).toBe(true);
    }
  });
});

describe('tariffs', () => {
  it.each([
    ['deposit', 1_500_000, 20_000],
    ['payment', 500_000, 10_000],
    ['payment', 5_000_000, 50_000],
    ['payment', 20_000_000, 100_000],
    ['withdrawal', 1_000_000, 20_000],
    ['withdrawal', 5_000_000, 50_000],
    ['deposit', 10_000, 10_000],
    ['deposit', 0, 0],
  ] as const)('%s of %i costs %i tiyn', (name, amountMinor, feeMinor) => {
    expect(feeForMinor(TARIFFS[name].rule, amountMinor)).toBe(feeMinor);
  });
});

describe('the operational day', () => {
  it('changes at the configured local minute in Almaty (Q-13)', () => {
    let nowUtcMs = Date.parse('2026-11-21T18:59:59.999Z');
    const midnight = createBusinessDay({ nowUtcMs: () => nowUtcMs, cutOverLocalMinute: 1440 });
    const evening = createBusinessDay({ nowUtcMs: () => nowUtcMs, cutOverLocalMinute: 23 * 60 });
    expect([midnight.today(), evening.today()]).toEqual(['2026-11-21', '2026-11-22']);
    nowUtcMs += 1;
    expect(midnight.today()).toBe('2026-11-22');
    midnight.set('2026-12-01');
    expect(midnight.today()).toBe('2026-12-01');
  });
});
