import { billToBillParts, ccnetParts, ebdsParts, id003Parts, id003RecyclerParts, smartPayoutParts, sspParts, xfsRecyclerParts } from '../support/acceptor-parts.ts';
import { acceptorSoak } from './acceptor-soak.ts';
import { recyclerSoak } from './recycler-soak.ts';

export const ccnetSoak = acceptorSoak(ccnetParts());
export const ebdsSoak = acceptorSoak(ebdsParts());
export const id003Soak = acceptorSoak(id003Parts());
export const sspSoak = acceptorSoak(sspParts());
export const esspSoak = acceptorSoak(sspParts({ isEncrypted: true }));
export const smartPayoutSoak = recyclerSoak(smartPayoutParts());
export const billToBillSoak = recyclerSoak(billToBillParts());
export const billToBillOtherFirmwareSoak = recyclerSoak(billToBillParts({ stackedByte: 'typeAndDestination', dispensedData: 'pairs', tellsStackedAfterReset: true }));
export const id003RecyclerSoak = recyclerSoak(id003RecyclerParts());
export const xfsRecyclerSoak = recyclerSoak(xfsRecyclerParts(), { isWhole: true });
