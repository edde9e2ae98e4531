/** Recognises the texts of the usual licences. */

/** From the first words to the last, so that what stands before or after is left over and seen. */
const texts: [string, RegExp][] = [
  [
    'Apache-2.0',
    /apache license version 2\.0 january 2004 .*?accepting any such warranty or additional liability( end of terms and conditions)?( appendix how to apply the apache license to your work .*?limitations under the license)?/,
  ],
  ['Apache-2.0', /licensed under the apache license version 2\.0 the license .*?limitations under the license/],
  [
    'MIT',
    /permission is hereby granted free of charge to any person obtaining a copy of this software and associated documentation files the software to deal in the software without restriction including without limitation the rights to use copy modify merge publish distribute sublicense and or sell copies of the software and to permit persons to whom the software is furnished to do so subject to the following conditions the above copyright notice and this permission notice shall be included in all copies or substantial portions of the software the software is provided as is .*? dealings in the software/,
  ],
  [
    'BSD-3-Clause',
    /redistribution and use in source and binary forms with or without modification are permitted provided that the following conditions are met (?:(?!advertising|possibility).)*(?:neither (?:the )?names?|the names? of (?:the authors?|its contributors) may not be used to endorse) (?:(?!advertising).)*?possibility of such damage/,
  ],
  [
    'BSD-2-Clause',
    /redistribution and use in source and binary forms with or without modification are permitted provided that the following conditions are met (?:(?!advertising|endorse).)*?possibility of such damage/,
  ],
  [
    'ISC',
    /permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted provided that the above copyright notice .*?performance of this software/,
  ],
  ['MPL-2.0', /mozilla public license version 2\.0 1 definitions .*?defined by the mozilla public license v 2\.0/],
];

/** Names, years and which file is under which of two licences; the longest that is known, of sigs.k8s.io/yaml, has 800 letters. */
const MOST_LEFT_OVER = 900;

/** What makes another licence of a usual one. */
const conditions =
  /commons clause|affero|general public|server side|business source|elastic|community licen[cs]e|commercial|may not|must not|shall not/;

/**
 * Returns the SPDX expression of a licence file.
 *
 * @throws Error if no usual text is in it, or more than a usual one
 */
export function recognise(file: string, text: string): string {
  let rest = text
    .toLowerCase()
    .replaceAll(/https?:\/\/\S+/g, ' ')
    .replaceAll(/[^a-z0-9.]+|\.(?!\d)/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
  const found = new Set<string>();
  for (const [name, pattern] of texts)
    for (let match = pattern.exec(rest); match; match = pattern.exec(rest)) {
      found.add(name);
      rest = `${rest.slice(0, match.index)}|${rest.slice(match.index + match[0].length)}`;
    }
  if (found.size === 0 || rest.length > MOST_LEFT_OVER || conditions.test(rest))
    throw new Error(
      `${file} is expected to hold the text of ${[...new Set(texts.map(([name]) => name))].join(', ')}, found "${rest.slice(0, 200)}" beside ${[...found].join(', ') || 'none of them'}: read it, and do without it or add its text to licences/recognise.ts.`,
    );
  return [...found].join(' AND ');
}
