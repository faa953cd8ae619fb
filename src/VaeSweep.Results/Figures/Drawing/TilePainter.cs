using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>Draws a grid of small images as one image, with its labels.</summary>
internal sealed class TilePainter
{
    private const double TextSize = 11;
    private const double TitleSize = 12.5;
    private const byte Paper = 255;
    private const int Sharp = 3;

    private readonly TileGrid _grid;
    private readonly IReadOnlyList<string> _title;
    private readonly double _zoom;
    private readonly double _left;
    private readonly double _above;
    private readonly int _width;
    private readonly int _height;
    private readonly int _tileWidth;
    private readonly int _tileHeight;

    public TilePainter(TileGrid grid, double width)
    {
        _grid = grid;
        var tile = grid.Tiles.FirstOrDefault(t => t is not null);
        (_tileWidth, _tileHeight) = (tile?.Width ?? 1, tile?.Height ?? 1);
        (_width, _height) = ((grid.Columns * (_tileWidth + 1)) - 1, (grid.Rows * (_tileHeight + 1)) - 1);
        _left = (grid.RowLabels?.Max(t => TextWidth.Of(t, TextSize)) + 8 ?? 0) + (grid.YLabel.Length > 0 ? TextSize + 8 : 0);
        _title = grid.Title.Length == 0
            ? [] : [.. TextWidth.Wrap(grid.Title, TitleSize, width).Select(line => TextWidth.Fit(line, TitleSize, width))];
        _above = (_title.Count > 0 ? (_title.Count * (TitleSize + 4)) + 5 : 2) + (grid.ColumnLabels is null ? 0 : TextSize + 5);
        _zoom = Math.Min(grid.Zoom, (width - _left) / _width);
        Width = _left + (_width * _zoom);
    }

    public double Width { get; }

    public double Height => _above + (_height * _zoom) + (_grid.XLabel.Length > 0 ? TextSize + 10 : 4);

    public void Paint(ICanvas canvas, double x, double y)
    {
        var (left, top) = (x + _left, y + _above);
        // A title wider than its grid begins where the panel does, and is broken where the panel ends.
        var wide = _title.Any(line => TextWidth.Of(line, TitleSize) > _width * _zoom);
        for (var i = 0; i < _title.Count; i++)
        {
            canvas.Text(wide ? x : left + (_width * _zoom / 2), y + TitleSize + (i * (TitleSize + 4)), _title[i], TitleSize, wide
                ? "start" : "middle");
        }

        canvas.Image(left, top, _width * _zoom, _height * _zoom, PngFile.Encode(_width * Sharp, _height * Sharp, 1, Mosaic()));
        for (var row = 0; row < (_grid.RowLabels?.Count ?? 0); row++)
        {
            canvas.Text(left - 6, top + ((row + 0.5) * (_tileHeight + 1) * _zoom) + (TextSize * 0.36), _grid.RowLabels![row],
                TextSize, "end");
        }

        for (var column = 0; column < (_grid.ColumnLabels?.Count ?? 0); column++)
        {
            canvas.Text(left + ((column + 0.5) * (_tileWidth + 1) * _zoom), top - 5, _grid.ColumnLabels![column], TextSize,
                "middle");
        }

        if (_grid.YLabel.Length > 0)
            canvas.Text(x + TextSize, top + (_height * _zoom / 2), _grid.YLabel, TextSize, "middle", turn: -90);

        if (_grid.XLabel.Length > 0)
            canvas.Text(left + (_width * _zoom / 2), top + (_height * _zoom) + TextSize + 5, _grid.XLabel, TextSize, "middle");
    }

    // Renderers smooth what they enlarge: each pixel becomes a few, so that only their edges are smoothed.
    private byte[] Mosaic()
    {
        var mosaic = TileMosaic.Of(_grid, Paper);
        var (stride, pixels) = (_width * Sharp, new byte[_width * _height * Sharp * Sharp]);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = mosaic.Pixels[(i / stride / Sharp * _width) + (i % stride / Sharp)];

        return pixels;
    }
}
