import type { StaffAccount } from '../../main/contracts/host-operations.ts';
import { maskCard, maskIban } from '../../main/contracts/identifiers.ts';
import { createClientRegister } from './clients.ts';
import type { Client, ClientAccount } from './clients.ts';
import { LEDGER_ACCOUNTS, createLedger } from './ledger.ts';
import type { BankDatabase } from './schema.ts';

/**
 * ALL INVENTED: people, telephones, identification numbers (valid check digits, serial 0000), accounts and cards belong to nobody.
 * What each is good for stands beside it; the README of this folder has the same list for people.
 */
const tenge = (units: number): number => units * 100;
const DEPOSIT_MAX_MINOR = tenge(500_000);

interface SampleClient extends Omit<Client, 'blockRefusal'> {
  readonly blockRefusal?: Client['blockRefusal'];
  readonly accounts: readonly (Pick<ClientAccount, 'accountRef' | 'kind'> & Partial<ClientAccount> & { readonly openingMinor: number })[];
}

export const SAMPLE_CLIENTS: readonly SampleClient[] = [
  {
    // Two accounts: `account-choice` is shown.
    clientId: 'c-1001', given: 'Айгерім', surname: 'Бекова', phone: '+77000001234', iin: '850315300009', birthDate: '15031985',
    accounts: [
      { accountRef: 'KZ60999KZT0000000001', kind: 'card', masked: maskCard('0012'), openingMinor: tenge(250_000) },
      { accountRef: 'KZ33999KZT0000000002', kind: 'current', openingMinor: tenge(1_200_000) },
    ],
  },
  // Two clients on one telephone: the birth date decides (T-2.4.2).
  { clientId: 'c-1002', given: 'Нұрлан', surname: 'Ахметов', phone: '+77000005678', iin: '991231400002', birthDate: '01011990', accounts: [{ accountRef: 'KZ06999KZT0000000003', kind: 'current', openingMinor: tenge(80_000) }] },
  { clientId: 'c-1003', given: 'Дана', surname: 'Ахметова', phone: '+77000005678', iin: '020220500002', birthDate: '02022001', accounts: [{ accountRef: 'KZ76999KZT0000000004', kind: 'card', masked: maskCard('0103'), openingMinor: tenge(64_500) }] },
  // Blocked by the bank (RF-20).
  { clientId: 'c-1004', given: 'Марат', surname: 'Жүнісов', phone: '+77000009999', iin: '120229500002', birthDate: '29022012', blockRefusal: 'RF-20', accounts: [{ accountRef: 'KZ49999KZT0000000005', kind: 'current', openingMinor: tenge(10_000) }] },
  // Debit operations stopped: withdrawals are declined (RF-18), top-ups go.
  { clientId: 'c-1005', given: 'Сәуле', surname: 'Қасымова', phone: '+77000007777', iin: '900505300003', birthDate: '05051990', accounts: [{ accountRef: 'KZ22999KZT0000000006', kind: 'current', openingMinor: tenge(150_000), debitRefusal: 'RF-18' }] },
  // Too little for any withdrawal with its fee (RF-02).
  { clientId: 'c-1006', given: 'Ерлан', surname: 'Тілеуов', phone: '+77000006666', iin: '780707400000', birthDate: '07071978', accounts: [{ accountRef: 'KZ92999KZT0000000007', kind: 'current', openingMinor: tenge(1_000) }] },
];

/** Salted verifiers of the initial password in the README; both must be changed at the first login (PS-12.3, BA-3.5.1). */
export const SAMPLE_STAFF: readonly Omit<StaffAccount, 'passwordChangedAtUtcMs'>[] = [
  { login: 't-014', name: 'Техник 14', level: 'technician', verifier: { saltBase64: 'c2FtcGxlLXNhbHQtMDE0IQ==', hashBase64: 'WmVnQQYm7AxLM9d1sQ3Ho9tblnXWQMovuJoBQkyfTIA=' }, mustChangePassword: true, previousVerifiers: [], isLocked: false },
  { login: 'k-021', name: 'Кассир 21', level: 'cashOfficer', verifier: { saltBase64: 'c2FtcGxlLXNhbHQtMDIxIQ==', hashBase64: 'CPHAedc18SBT3k2EtZb7RI5OTvv3qZSjqh/prCUB5HM=' }, mustChangePassword: true, previousVerifiers: [], isLocked: false },
];

/** Fills an empty database. @param options.businessDay day of the opening entries */
export function loadSampleData(database: BankDatabase, options: { readonly nowUtcMs: number; readonly businessDay: string }): void {
  const clients = createClientRegister(database);
  const ledger = createLedger(database);
  database.transaction(() => {
    for (const { accounts, ...client } of SAMPLE_CLIENTS) {
      clients.add({ ...client, blockRefusal: client.blockRefusal ?? null });
      for (const { openingMinor, ...account } of accounts) {
        clients.addAccount({ masked: maskIban(account.accountRef), canDeposit: true, canWithdraw: true, depositMaxMinor: DEPOSIT_MAX_MINOR, debitRefusal: null, ...account, clientId: client.clientId });
        ledger.post({
          terminalId: null,
          operationId: null,
          purpose: 'opening',
          businessDay: options.businessDay,
          atUtcMs: options.nowUtcMs,
          lines: [{ account: LEDGER_ACCOUNTS.client(account.accountRef), amountMinor: openingMinor }, { account: LEDGER_ACCOUNTS.opening, amountMinor: -openingMinor }],
        });
      }
    }
    for (const member of SAMPLE_STAFF) {
      const account: StaffAccount = { ...member, previousVerifiers: [...member.previousVerifiers], passwordChangedAtUtcMs: options.nowUtcMs };
      database.prepare('INSERT INTO staff VALUES (?, ?)').run(member.login, JSON.stringify(account));
    }
  })();
}
