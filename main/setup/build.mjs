/** `npm run build`: all bundles anew. */
import { ensureBundles } from './bundles.mjs';
import { ensure } from './ensure.mjs';
import { giveUp } from './progress.mjs';

ensure({ forScreen: false, isBuilding: false }).then(() => ensureBundles({ isForced: true })).catch(giveUp);
