/** `npm run descriptors`: writes gateway.json from the descriptors that Zeebe's Go client module (Apache-2.0) carries. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { format } from 'prettier';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

const engine = fileURLToPath(new URL('../../lab/engine', import.meta.url));
const { stdout } = await execa('go', ['run', './cmd/descriptors'], { cwd: engine, encoding: 'buffer' });

// `fromDescriptor` is added to Root by the import above; protobufjs does not type it.
const root = protobuf.Root as unknown as { fromDescriptor: (set: unknown) => protobuf.Root };
const json = JSON.stringify(root.fromDescriptor(descriptor.FileDescriptorSet.decode(stdout)).toJSON());
writeFileSync(new URL('./gateway.json', import.meta.url), await format(json, { parser: 'json' }));
