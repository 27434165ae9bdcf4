/**
 * Who may import whom: one table for the lint rule (eslint.config.js) and for the test beside it. Imports go down, never up or sideways.
 * The longest folder that fits a file decides; a folder may always import itself.
 */
export interface Layer {
  readonly folder: string;
  /** Folders that it may import. */
  readonly mayImport: readonly string[];
  /** Of these only types: the code behind stays exchangeable. */
  readonly typesOnly?: readonly string[];
  /** Packages and Node modules it may import; absent: any. */
  readonly packages?: readonly string[];
}

const PURE = ['zod'] as const;
const BELOW_CORE = ['main/foundation', 'main/contracts', 'main/cash', 'main/receipt', 'main/journal', 'main/host', 'main/system', 'drivers', 'state-machines'] as const;
const SIMULATOR = ['main/foundation', 'main/contracts', 'main/system', 'drivers/interfaces', 'drivers/transport', 'simulators'] as const;

export const LAYERS: readonly Layer[] = [
  { folder: 'main/foundation', mayImport: [], packages: [...PURE, 're2js', 'ulid', 'uuid'] },
  { folder: 'main/contracts', mayImport: ['main/foundation'], packages: PURE },
  { folder: 'main/cash', mayImport: ['main/foundation', 'main/contracts'], packages: PURE },
  { folder: 'main/receipt', mayImport: ['main/foundation', 'main/contracts', 'drivers/interfaces'] },
  { folder: 'drivers', mayImport: ['main/foundation'] }, // the table of protocols beside the classes
  { folder: 'drivers/interfaces', mayImport: ['main/foundation', 'drivers/transport'], typesOnly: ['drivers/transport'], packages: PURE },
  { folder: 'drivers/transport', mayImport: ['main/foundation'] },
  { folder: 'drivers/life', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport'] },
  { folder: 'drivers/escpos-family', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life', 'drivers/checks'] }, // what the printers of one family share
  { folder: 'drivers/ccnet-family', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life', 'drivers/checks'] }, // one wire and one note path, with and without recycling cassettes
  { folder: 'drivers/puloon-family', mayImport: ['main/foundation', 'drivers/transport', 'drivers/checks'] }, // one wire for both dialects of dispensers
  { folder: 'drivers/id003-family', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life', 'drivers/checks'] }, // one wire and one note path, with and without recycling boxes
  { folder: 'drivers/ssp-family', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life', 'drivers/checks'] }, // one wire and one note path, with and without a unit that pays out
  { folder: 'drivers/cctalk-family', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life', 'drivers/checks'] }, // one wire for coin acceptors and hoppers
  { folder: 'drivers/cards', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/checks'], packages: [] }, // what stands on a card, whichever reader brings it
  { folder: 'drivers/xfs4iot', mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life'] }, // one connection for all classes of services
  { folder: 'drivers/checks', mayImport: ['main/foundation'], packages: [] },
  { folder: 'state-machines', mayImport: ['main/foundation', 'main/contracts', 'main/cash', 'drivers/interfaces'], typesOnly: ['drivers/interfaces'], packages: ['xstate', 'xstate/graph', ...PURE] },
  { folder: 'state-machines/diagrams', mayImport: ['state-machines'], packages: ['xstate', 'node:fs', 'node:path'] }, // a program that writes pages
  { folder: 'main/journal', mayImport: ['main/foundation', 'main/contracts', 'main/cash'] },
  { folder: 'main/host', mayImport: ['main/foundation', 'main/contracts', 'main/cash'] },
  { folder: 'main/system', mayImport: ['main/foundation'] },
  { folder: 'main/core', mayImport: BELOW_CORE },
  { folder: 'main/cli', mayImport: [...BELOW_CORE, 'main/core'] },
  { folder: 'main/shell', mayImport: ['main/foundation', 'main/contracts'] },
  { folder: 'renderer', mayImport: ['main/foundation', 'main/contracts'] },
  { folder: 'main/setup', mayImport: [] },
  { folder: 'simulators', mayImport: SIMULATOR },
  { folder: 'simulators/world', mayImport: [...SIMULATOR, ...BELOW_CORE, 'main/core'] },
  { folder: 'test', mayImport: ['main', 'drivers', 'state-machines', 'renderer', 'simulators'] },
];

/** A protocol's driver, `drivers/<class>/<protocol>`: never another protocol's folder. */
const DRIVER: Omit<Layer, 'folder'> = {
  mayImport: ['main/foundation', 'drivers/interfaces', 'drivers/transport', 'drivers/life', 'drivers/checks', 'drivers/xfs4iot', 'drivers/cards', 'drivers/escpos-family', 'drivers/ccnet-family', 'drivers/id003-family', 'drivers/ssp-family', 'drivers/cctalk-family', 'drivers/puloon-family'],
};
const SHARED_DRIVER_FOLDERS = ['interfaces', 'transport', 'life', 'checks', 'cards', 'escpos-family', 'ccnet-family', 'id003-family', 'ssp-family', 'cctalk-family', 'puloon-family', 'xfs4iot'];

/** @param file  path from the project's root, with `/` */
export function layerOf(file: string): Layer | null {
  const [top, kind, protocol] = file.split('/');
  if (top === 'drivers' && kind !== undefined && protocol !== undefined && !SHARED_DRIVER_FOLDERS.includes(kind)) {
    return { folder: `drivers/${kind}/${protocol}`, ...DRIVER };
  }
  return LAYERS.filter((layer) => isInside(file, layer.folder)).sort((a, b) => b.folder.length - a.folder.length)[0] ?? null;
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(`${folder}/`);
}

/** What is wrong with an import between two files of ours, or null. @param imported  path from the root */
export function importProblem(importer: string, imported: string, isTypeOnly: boolean): string | null {
  const layer = layerOf(importer);
  if (layer === null || isInside(imported, layer.folder)) return null;
  if (imported === 'package.json' && layer.folder === 'main/cli') return null; // the version that it prints
  if (layer.typesOnly?.some((folder) => isInside(imported, folder)) && !isTypeOnly) return `${layer.folder} imports only types of ${imported}`;
  if (layer.mayImport.some((folder) => isInside(imported, folder))) return null;
  return `${layer.folder} may not import ${imported}`;
}

/** What is wrong with an import of a package or a Node module, or null. */
export function packageProblem(importer: string, specifier: string): string | null {
  const layer = layerOf(importer);
  if (layer === null) return null;
  if (layer.folder === 'main/setup' && !specifier.startsWith('node:')) return 'main/setup runs before anything is installed: import a package with import() after npm ci';
  const isBuilder = /\/vite(\.[a-z]+)?\.config\.ts$/.test(importer); // runs in the builder, not in the window
  if (layer.folder === 'renderer' && !isBuilder && (specifier.startsWith('node:') || specifier === 'electron')) return 'the renderer has no Node and no Electron';
  if (specifier === 'electron' && layer.folder !== 'main/shell' && layer.folder !== 'test') return 'only main/shell knows Electron';
  if (layer.packages !== undefined && !layer.packages.includes(specifier)) return `${layer.folder} is pure: it may not import ${specifier}`;
  return null;
}
