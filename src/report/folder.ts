/**
 * The name of a run's folder: when and what, sortable by time and without the characters that some file system
 * forbids (Windows takes no colon). `when` is local to whoever looks at the folder.
 */
export function resultFolderName(when: Date, workload: string): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  const time = `${two(when.getHours())}-${two(when.getMinutes())}-${two(when.getSeconds())}`;
  return `${day}T${time}-${plainName(workload)}`;
}

/** Letters, digits, dots and dashes; whatever else a name holds becomes a dash. */
function plainName(name: string): string {
  const plain = name
    .replace(/[^\p{Letter}\p{Number}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'run' : plain;
}
