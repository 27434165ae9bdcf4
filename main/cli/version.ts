import packageJson from '../../package.json' with { type: 'json' };

export const SOFTWARE_VERSION: string = packageJson.version;
