using VaeSweep.Results.Imaging;

namespace VaeSweep.Results.Figures;

/// <summary>The images of a grid as one image, a pixel apart.</summary>
internal static class TileMosaic
{
    public static GreyImage Of(TileGrid grid, byte gap)
    {
        var tile = grid.Tiles.FirstOrDefault(t => t is not null);
        var (tileWidth, tileHeight) = (tile?.Width ?? 1, tile?.Height ?? 1);
        var (width, height) = ((grid.Columns * (tileWidth + 1)) - 1, (grid.Rows * (tileHeight + 1)) - 1);
        var pixels = new byte[width * height];
        Array.Fill(pixels, gap);
        for (var i = 0; i < grid.Tiles.Count; i++)
        {
            if (grid.Tiles[i] is not { } image)
                continue;

            var (left, top) = (i % grid.Columns * (tileWidth + 1), i / grid.Columns * (tileHeight + 1));
            for (var row = 0; row < tileHeight; row++)
                image.Pixels.AsSpan(row * tileWidth, tileWidth).CopyTo(pixels.AsSpan(((top + row) * width) + left));
        }

        return new GreyImage(width, height, pixels);
    }
}
