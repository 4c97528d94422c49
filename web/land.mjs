// The outline of the land as one SVG path: 720 × 360, half a degree a unit, north above, 0° in the
// middle. Small enough to stand in every page, good enough to show a reader where in the world.
import { readFileSync } from 'node:fs';

const islandsFrom = 6; // square units; what is smaller would be a speck
const detail = 2.2; // units between points
const southernEdge = 300; // the map ends at 70° south: of Antarctica nothing is told

function area(ring) {
  let sum = 0;
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length];
    sum += x * nextY - nextX * y;
  });
  return Math.abs(sum / 2);
}

export function landPath(file) {
  const { arcs, transform, objects } = JSON.parse(readFileSync(file, 'utf8'));
  // TopoJSON: arcs are delta-coded and quantised; a negative index is the arc backwards.
  const lines = arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * transform.scale[0] + transform.translate[0], y * transform.scale[1] + transform.translate[1]];
    });
  });
  const line = (index) => (index < 0 ? [...lines[~index]].reverse() : lines[index]);
  const polygons = objects.land.geometries.flatMap((one) => (one.type === 'Polygon' ? [one.arcs] : one.arcs));
  let path = '';
  for (const rings of polygons) {
    const points = rings[0].flatMap((index, i) => line(index).slice(i ? 1 : 0))
      .map(([lon, lat]) => [Math.round((lon + 180) * 2), Math.round((90 - lat) * 2)])
      .reduce((kept, point) => {
        const last = kept[kept.length - 1];
        if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= detail) kept.push(point);
        return kept;
      }, []);
    if (points.length < 4 || area(points) < islandsFrom || points.every(([, y]) => y > southernEdge)) continue;
    unroll(points);
    path += ringPath(points, 0);
    // What crosses the date line is drawn at both edges of the map; what sticks out is cut off.
    if (points.some(([x]) => x > 720)) path += ringPath(points, -720);
    if (points.some(([x]) => x < 0)) path += ringPath(points, 720);
  }
  return path;
}

// Across the date line a ring goes on beyond the edge instead of back across the whole map.
function unroll(points) {
  for (let i = 1; i < points.length; ++i) {
    const jump = points[i][0] - points[i - 1][0];
    if (Math.abs(jump) > 360) points[i][0] -= Math.sign(jump) * 720;
  }
}

function ringPath(points, shift) {
  let [lastX, lastY] = points[0];
  return `M${lastX + shift} ${lastY}l` + points.slice(1).map(([x, y]) => {
    const step = `${x - lastX} ${y - lastY}`;
    [lastX, lastY] = [x, y];
    return step;
  }).join(' ').replaceAll(' -', '-') + 'z';
}
