//! What a page of a PDF draws: characters with their places, and the lines that rule tables.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings, SoftMask,
    TransformExt, interpret_page,
};
use hayro_syntax::Pdf;
use hayro_syntax::page::Page;

use crate::read::{ReadError, limits};

/// A character on a page. Coordinates are in points, from the top left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Character {
    pub text: String,
    pub left: f64,
    pub right: f64,
    /// The line that it stands on.
    pub baseline: f64,
    /// Its height: that of the font.
    pub size: f64,
}

impl Character {
    pub fn middle(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    /// The height of its centre.
    pub fn centre(&self) -> f64 {
        self.baseline - 0.35 * self.size
    }
}

/// A straight line along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    /// Where it stands on the other axis.
    pub at: f64,
    pub from: f64,
    pub to: f64,
}

/// What a page draws.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub glyphs: Vec<Character>,
    pub horizontal: Vec<Rule>,
    pub vertical: Vec<Rule>,
    pub width: f64,
    pub height: f64,
    pub pictures: usize,
    /// Characters that the document gives no meaning.
    pub unmapped: usize,
}

/// Thickness up to which a filled shape is a line.
const HAIRLINE: f64 = 3.0;
/// Shortest line that can rule a table.
const SHORTEST: f64 = 3.0;

/// Stops the interpreter from within a call that it makes.
struct Stop;

/// What the pages of a document took so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Work {
    /// Characters and lines.
    marks: usize,
    /// Clips, groups and pictures: each stands for a part of the page that is drawn apart.
    parts: usize,
}

struct Reader<'a> {
    drawn: Drawn,
    work: &'a mut Work,
}

/// Draws a page. The fonts of a document are kept in `cache`.
pub(super) fn draw<'a>(pdf: &'a Pdf, page: &Page<'a>, cache: &InterpreterCache<'a>, work: &mut Work) -> Result<Drawn, ReadError> {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let drawn = Drawn { width: f64::from(width), height: f64::from(height), ..Drawn::default() };
    let mut reader = Reader { drawn, work };
    // The interpreter has no way to stop it but to unwind; what it draws is kept until then.
    let done = catch_unwind(AssertUnwindSafe(|| {
        let start = page.initial_transform(true).to_kurbo();
        let mut context = Context::new(start, bounds, cache, pdf.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut reader);
    }));
    match done {
        Ok(()) => Ok(reader.drawn),
        Err(cause) if cause.is::<Stop>() => Err(ReadError::TooLarge { what: "glyphs and lines", limit: limits::GLYPHS as u64 }),
        Err(_) => Err(ReadError::Damaged { what: "PDF document", detail: "its page cannot be drawn".to_owned() }),
    }
}

impl Reader<'_> {
    fn mark(&mut self) {
        self.work.marks += 1;
        self.bound();
    }

    /// A part of a page can draw itself twice, and so on: parts are dearer than marks.
    fn part(&mut self) {
        self.work.parts += 1;
        self.bound();
    }

    fn bound(&self) {
        if self.work.marks > limits::GLYPHS || self.work.parts > limits::PAGE_PARTS {
            resume_unwind(Box::new(Stop));
        }
    }

    fn rule(&mut self, a: Point, b: Point) {
        let (dx, dy) = ((a.x - b.x).abs(), (a.y - b.y).abs());
        if dy <= 1.0 && dx >= SHORTEST {
            self.drawn.horizontal.push(Rule { at: (a.y + b.y) / 2.0, from: a.x.min(b.x), to: a.x.max(b.x) });
        } else if dx <= 1.0 && dy >= SHORTEST {
            self.drawn.vertical.push(Rule { at: (a.x + b.x) / 2.0, from: a.y.min(b.y), to: a.y.max(b.y) });
        }
    }

    fn filled(&mut self, shape: Rect) {
        if shape.height() <= HAIRLINE && shape.width() > shape.height() {
            let y = shape.center().y;
            self.rule(Point::new(shape.x0, y), Point::new(shape.x1, y));
        } else if shape.width() <= HAIRLINE {
            let x = shape.center().x;
            self.rule(Point::new(x, shape.y0), Point::new(x, shape.y1));
        }
    }

    fn stroked(&mut self, path: &BezPath, place: Affine) {
        let mut start = Point::ZERO;
        let mut last = Point::ZERO;
        for element in path.elements() {
            match element {
                PathEl::MoveTo(to) => {
                    start = *to;
                    last = *to;
                }
                PathEl::LineTo(to) => {
                    self.rule(place * last, place * *to);
                    last = *to;
                }
                PathEl::ClosePath => {
                    self.rule(place * last, place * start);
                    last = start;
                }
                PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => last = *to,
            }
            self.mark();
        }
    }

    fn filled_parts(&mut self, path: &BezPath, place: Affine) {
        // One path may hold all lines of a table, each a closed shape of its own.
        let mut part: Option<Rect> = None;
        for element in path.elements() {
            let point = match element {
                PathEl::MoveTo(to) => {
                    if let Some(shape) = part.take() {
                        self.filled(shape);
                    }
                    *to
                }
                PathEl::LineTo(to) | PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => *to,
                PathEl::ClosePath => continue,
            };
            let point = place * point;
            part = Some(part.map_or(Rect::from_points(point, point), |shape| shape.union_pt(point)));
            self.mark();
        }
        if let Some(shape) = part {
            self.filled(shape);
        }
    }
}

impl Device<'_> for Reader<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'_>, mode: &DrawMode) {
        self.mark();
        match mode {
            DrawMode::Fill(_) => self.filled_parts(path, props.transform),
            DrawMode::Stroke(_) => self.stroked(path, props.transform),
            DrawMode::FillAndStroke(..) => self.stroked(path, props.transform),
            DrawMode::Invisible => {}
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'_>, mode: &DrawMode) {
        self.draw_path(&rect.to_path(0.1), props, mode);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.mark();
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => {
                    self.drawn.unmapped += 1;
                    '\u{fffd}'.to_string()
                }
            };
            let place = props.transform * glyph.transform();
            let em = |across: f64, up: f64| {
                let at = place * Point::new(across, up) - place * Point::ZERO;
                Vec2::hypot(at)
            };
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(glyph) => glyph.advance_width(),
            };
            let origin = place * Point::ZERO;
            let size = em(0.0, 1000.0).max(0.1);
            // A font without widths is drawn with those of its characters.
            let wide = text.chars().next().is_some_and(|c| c as u32 >= 0x2e80);
            let width = advance.map_or(if wide { size } else { size / 2.0 }, |advance| em(f64::from(advance), 0.0));
            let inside = origin.x > -size && origin.x < self.drawn.width + size && origin.y > -size && origin.y < self.drawn.height + size;
            if inside && width.is_finite() && size.is_finite() && size < 500.0 {
                self.drawn.glyphs.push(Character { text, left: origin.x, right: origin.x + width, baseline: origin.y, size });
            }
        }
    }

    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.drawn.pictures += 1;
        self.part();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.part();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {
        self.part();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
