/** The BPMN and DMN models of this project, as resources to deploy. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Resource } from './client.ts';

const MODELS = new URL('../../bpmn/', import.meta.url);

/** A file under bpmn/, byte for byte, as a resource named after it unless `name` says otherwise; throws if it is absent. */
export async function readModel(path: string, name: string = basename(path)): Promise<Resource> {
  return { name, content: await readFile(new URL(path, MODELS)) };
}
