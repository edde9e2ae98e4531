import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const models = readdirSync('bpmn', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.bpmn'));

/** The elements of a model that a modeler would not draw: those without a shape or an edge. */
function undrawn(xml: string): string[] {
  const drawn = new Set([...xml.matchAll(/bpmnElement="([^"]+)"/g)].map(([, id]) => id));
  const elements = xml.matchAll(
    /<bpmn:\w*(?:Event|Task|Activity|Gateway|subProcess|sequenceFlow) [^>]*?id="([^"]+)"/gi,
  );
  return [...elements].map(([, id = '']) => id).filter((id) => !drawn.has(id));
}

test.for(models)('a modeler can draw all of bpmn/%s', (model) => {
  expect(undrawn(readFileSync(path.join('bpmn', model), 'utf8'))).toEqual([]);
});

test('an element that has no shape is found', () => {
  const whole = readFileSync('bpmn/testbench/daily.bpmn', 'utf8');
  const broken = whole.replace(/<bpmndi:BPMNShape id="bench_di"[\s\S]*?<\/bpmndi:BPMNShape>/, '');
  expect(undrawn(broken)).toEqual(['bench']);
});
