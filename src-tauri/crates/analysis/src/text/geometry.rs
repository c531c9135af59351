//! Rectangles around the marks of the text detector.

/// A point: x to the right, y down, in pixels.
pub(crate) type Point = [f32; 2];

/// Four corners, clockwise from the top left of the text: the sides 0-1 and 2-3 are top and bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Quad(pub(crate) [Point; 4]);

impl Quad {
    /// Length of top and bottom, the longer.
    pub(crate) fn width(&self) -> f32 {
        distance(self.0[0], self.0[1]).max(distance(self.0[2], self.0[3]))
    }

    /// Length of left and right, the longer.
    pub(crate) fn height(&self) -> f32 {
        distance(self.0[0], self.0[3]).max(distance(self.0[1], self.0[2]))
    }

    /// Each corner moved by `map`.
    pub(crate) fn map(&self, map: impl Fn(Point) -> Point) -> Self {
        Self(self.0.map(map))
    }
}

pub(crate) fn distance(a: Point, b: Point) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// A rectangle at any angle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rectangle {
    pub(crate) centre: Point,
    /// Direction of `width`, a unit vector.
    pub(crate) along: Point,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Rectangle {
    /// Its corners in the order of [`Quad`]: the left pair by their height, then the right pair, as the reference
    /// orders them.
    pub(crate) fn quad(&self) -> Quad {
        let [ux, uy] = self.along;
        let (hw, hh) = (self.width / 2.0, self.height / 2.0);
        let corner = |a: f32, b: f32| {
            [
                self.centre[0] + a * hw * ux - b * hh * uy,
                self.centre[1] + a * hw * uy + b * hh * ux,
            ]
        };
        let mut corners = [
            corner(-1.0, -1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
            corner(-1.0, 1.0),
        ];
        corners.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let (left, right) = corners.split_at_mut(2);
        left.sort_by(|a, b| a[1].total_cmp(&b[1]));
        right.sort_by(|a, b| a[1].total_cmp(&b[1]));
        Quad([left[0], right[0], right[1], left[1]])
    }

    /// The rectangle after all sides moved outwards.
    pub(crate) fn grown(&self, by: f32) -> Self {
        Self {
            width: self.width + 2.0 * by,
            height: self.height + 2.0 * by,
            ..*self
        }
    }

    /// Whether the point lies within, the edge included up to `slack`.
    pub(crate) fn holds(&self, point: Point, slack: f32) -> bool {
        let (dx, dy) = (point[0] - self.centre[0], point[1] - self.centre[1]);
        let [ux, uy] = self.along;
        (dx * ux + dy * uy).abs() <= self.width / 2.0 + slack
            && (dy * ux - dx * uy).abs() <= self.height / 2.0 + slack
    }
}

/// The rectangle of the smallest area around all points; none without points. One of its sides lies on a side of the
/// hull (Freeman and Shapira 1975), so every side is tried.
pub(crate) fn smallest_rectangle(points: &[Point]) -> Option<Rectangle> {
    let hull = hull(points);
    let first = *hull.first()?;
    let mut best: Option<(f32, Rectangle)> = None;
    for (at, &from) in hull.iter().enumerate() {
        let to = hull[(at + 1) % hull.len()];
        let length = distance(from, to);
        let along = if length > 0.0 {
            [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
        } else {
            [1.0, 0.0]
        };
        let project = |axis: Point| {
            hull.iter()
                .map(|p| p[0] * axis[0] + p[1] * axis[1])
                .fold((f32::MAX, f32::MIN), |(low, high), v| {
                    (low.min(v), high.max(v))
                })
        };
        let across = [-along[1], along[0]];
        let ((u0, u1), (v0, v1)) = (project(along), project(across));
        let (width, height) = (u1 - u0, v1 - v0);
        let (u, v) = (f32::midpoint(u0, u1), f32::midpoint(v0, v1));
        let centre = [u * along[0] + v * across[0], u * along[1] + v * across[1]];
        if best.is_none_or(|(area, _)| width * height < area) {
            best = Some((
                width * height,
                Rectangle {
                    centre,
                    along,
                    width,
                    height,
                },
            ));
        }
    }
    let dot = Rectangle {
        centre: first,
        along: [1.0, 0.0],
        width: 0.0,
        height: 0.0,
    };
    Some(best.map_or(dot, |(_, rectangle)| rectangle))
}

/// The convex hull (Andrew's monotone chain).
fn hull(points: &[Point]) -> Vec<Point> {
    let mut points = points.to_vec();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let turns_left = |a: Point, b: Point, c: Point| {
        (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0.0
    };
    let chain = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            while chain.len() >= 2
                && !turns_left(chain[chain.len() - 2], chain[chain.len() - 1], point)
            {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut hull = chain(&mut points.iter().copied());
    hull.extend(chain(&mut points.iter().rev().copied()));
    hull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_rectangle_turns_with_its_points() {
        let (sin, cos) = 0.3f32.sin_cos();
        let points: Vec<Point> = (0..=40)
            .flat_map(|x| (0..=8).map(move |y| [x as f32, y as f32]))
            .map(|[x, y]| [x * cos - y * sin + 100.0, x * sin + y * cos + 50.0])
            .collect();
        let found = smallest_rectangle(&points).unwrap();
        let (long, short) = (found.width.max(found.height), found.width.min(found.height));
        assert!(
            (long - 40.0).abs() < 0.01 && (short - 8.0).abs() < 0.01,
            "{found:?}"
        );
        let quad = found.quad();
        assert!(
            distance(quad.0[0], [100.0, 50.0]) < 0.01,
            "the first corner is the text's top left: {quad:?}"
        );
        assert!(
            (quad.width() - 40.0).abs() < 0.01,
            "its top is the long side: {quad:?}"
        );
        assert!(found.holds(points[5], 0.01) && !found.holds([0.0, 0.0], 0.5));
    }

    #[test]
    fn few_points_make_flat_rectangles() {
        assert!(
            smallest_rectangle(&[]).is_none(),
            "nothing has no rectangle"
        );
        let dot = smallest_rectangle(&[[3.0, 4.0]]).unwrap();
        assert_eq!((dot.centre, dot.width, dot.height), ([3.0, 4.0], 0.0, 0.0));
        let line = smallest_rectangle(&[[0.0, 0.0], [3.0, 4.0]]).unwrap();
        assert!(
            (line.width - 5.0).abs() < 1e-4 && line.height.abs() < 1e-4,
            "{line:?}"
        );
    }
}
