import type { Account } from '../../main/contracts/host-operations.ts';
import { maskName } from '../../main/contracts/identifiers.ts';
import type { RefusalCode } from '../../main/foundation/refusals.ts';
import type { BankDatabase } from './schema.ts';

export interface Client {
  readonly clientId: string;
  readonly given: string;
  readonly surname: string;
  /** E.164. */
  readonly phone: string;
  readonly iin: string;
  /** DDMMYYYY. */
  readonly birthDate: string;
  /** Why the bank serves this client nowhere, or null. */
  readonly blockRefusal: RefusalCode | null;
}

export interface ClientAccount {
  readonly accountRef: string;
  readonly clientId: string;
  readonly kind: Account['kind'];
  readonly masked: string;
  readonly canDeposit: boolean;
  readonly canWithdraw: boolean;
  /** Product maximum of one top-up (RF-03). */
  readonly depositMaxMinor: number;
  /** Why nothing may be debited (arrest, stop of debit operations), or null (RF-18). */
  readonly debitRefusal: RefusalCode | null;
}

export interface ClientRegister {
  /** In the order of client ids. */
  byPhone(phone: string): readonly Client[];
  byIin(iin: string): Client | undefined;
  byId(clientId: string): Client | undefined;
  account(accountRef: string): ClientAccount | undefined;
  accountsOf(clientId: string): readonly ClientAccount[];
  all(): readonly Client[];
  add(client: Client): void;
  addAccount(account: ClientAccount): void;
  /** @returns false when there is no such client */
  setBlock(clientId: string, refusal: RefusalCode | null): boolean;
}

/** Name as it may be shown: never in full. */
export function maskedClientName(client: Client): string {
  return maskName({ given: client.given, surname: client.surname });
}

const CLIENT_COLUMNS = 'client_id AS clientId, given, surname, phone, iin, birth_date AS birthDate, block_refusal AS blockRefusal';
const ACCOUNT_COLUMNS =
  'account_ref AS accountRef, client_id AS clientId, kind, masked, can_deposit AS canDeposit, can_withdraw AS canWithdraw, deposit_max_minor AS depositMaxMinor, debit_refusal AS debitRefusal';

type AccountRow = Omit<ClientAccount, 'canDeposit' | 'canWithdraw'> & { readonly canDeposit: number; readonly canWithdraw: number };
const toAccount = (row: AccountRow): ClientAccount => ({ ...row, canDeposit: row.canDeposit === 1, canWithdraw: row.canWithdraw === 1 });

export function createClientRegister(database: BankDatabase): ClientRegister {
  const findByPhone = database.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE phone = ? ORDER BY client_id`);
  const findByIin = database.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE iin = ?`);
  const findById = database.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients WHERE client_id = ?`);
  const findAccount = database.prepare(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE account_ref = ?`);
  const findAccounts = database.prepare(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE client_id = ? ORDER BY position`);
  return {
    byPhone: (phone) => findByPhone.all(phone) as Client[],
    byIin: (iin) => findByIin.get(iin) as Client | undefined,
    byId: (clientId) => findById.get(clientId) as Client | undefined,
    account: (accountRef) => {
      const row = findAccount.get(accountRef) as AccountRow | undefined;
      return row === undefined ? undefined : toAccount(row);
    },
    accountsOf: (clientId) => (findAccounts.all(clientId) as AccountRow[]).map(toAccount),
    all: () => database.prepare(`SELECT ${CLIENT_COLUMNS} FROM clients ORDER BY client_id`).all() as Client[],
    add: (client) => void database.prepare('INSERT INTO clients VALUES (?, ?, ?, ?, ?, ?, ?)').run(client.clientId, client.given, client.surname, client.phone, client.iin, client.birthDate, client.blockRefusal),
    addAccount(account) {
      database
        .prepare('INSERT INTO accounts SELECT ?, ?, count(*), ?, ?, ?, ?, ?, ? FROM accounts WHERE client_id = ?')
        .run(account.accountRef, account.clientId, account.kind, account.masked, Number(account.canDeposit), Number(account.canWithdraw), account.depositMaxMinor, account.debitRefusal, account.clientId);
    },
    setBlock: (clientId, refusal) => database.prepare('UPDATE clients SET block_refusal = ? WHERE client_id = ?').run(refusal, clientId).changes === 1,
  };
}
