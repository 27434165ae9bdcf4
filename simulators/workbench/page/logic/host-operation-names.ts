import type { HostOperation } from '../../../../main/contracts/host-operations.ts';

/** Typed against the contract, so that a renamed operation does not go unnoticed; the contract itself, with its schemas, stays out of the page. */
const NAMES: Readonly<Record<HostOperation, true>> = {
  'link.signon': true,
  'link.heartbeat': true,
  'catalogue.sync': true,
  'staff.sync': true,
  'staff.password': true,
  'client.find': true,
  'client.disambiguate': true,
  'client.accounts': true,
  'otp.request': true,
  'otp.verify': true,
  'fee.quote': true,
  'pay.check': true,
  'cash.withdraw': true,
  'cash.withdraw.complete': true,
  'cash.deposit': true,
  'cash.deposit.complete': true,
  'pay.provider': true,
  'doc.status': true,
  'receipt.send': true,
  'device.exception': true,
  'recon.totals': true,
  'recon.detail': true,
  'journal.seal': true,
  'suspense.report': true,
  'suspense.settlement': true,
  'suspense.status': true,
};

export const HOST_OPERATION_NAMES = Object.keys(NAMES) as readonly HostOperation[];
