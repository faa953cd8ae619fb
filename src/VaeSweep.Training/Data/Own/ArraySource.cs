namespace VaeSweep.Training.Data;

/// <summary>Images in an array: [images, pixels], [images, rows, columns], or with channels behind or before those.</summary>
internal sealed class ArraySource : ImageSource
{
    private readonly RawArray _array;
    private readonly bool _channelsFirst;

    /// <param name="shape">Height and width of one image, where the array does not say.</param>
    /// <exception cref="DatasetException">An array of that shape holds no images.</exception>
    public ArraySource(RawArray array, (int Height, int Width)? shape)
    {
        _array = array;
        Place = array.Place;
        var sizes = array.Shape;
        if (sizes.Any(size => size > Array.MaxLength) || (sizes.Count > 1 && array.Length / sizes[0] > Array.MaxLength))
            throw new DatasetException($"{array.Place} has the shape {array.ShapeText}, which is too large.");

        Count = (int)sizes[0];
        HoldsLevels = array.Type == ElementType.UInt8;
        switch (sizes.Count)
        {
            case 2:
                (Height, Width) = shape ?? Square(array);
                if ((long)Height * Width != sizes[1])
                {
                    throw new DatasetException(
                        $"{array.Place} has the shape {array.ShapeText}; --shape {Height}x{Width} would "
                            + $"be {(long)Height * Width} "
                            + $"pixels an image, not {sizes[1]}.");
                }

                break;
            case 3:
                (Height, Width) = ((int)sizes[1], (int)sizes[2]);
                break;
            case 4 when sizes[3] is 1 or 3 or 4:
                (Height, Width, Channels) = ((int)sizes[1], (int)sizes[2], (int)sizes[3]);
                break;
            case 4 when sizes[1] is 1 or 3 or 4:
                (Height, Width, Channels, _channelsFirst) = ((int)sizes[2], (int)sizes[3], (int)sizes[1], true);
                break;
            default:
                throw new DatasetException($"{array.Place} has the shape {array.ShapeText}; images are (n, pixels), (n, rows, "
                    + "columns), or (n, rows, columns, channels) with 1, 3 or 4 channels.");
        }
    }

    public override IEnumerable<float[]> Images()
    {
        using var view = new RawArray.View(_array);
        var stored = new float[Height * Width * Channels];
        var image = _channelsFirst && Channels > 1 ? new float[stored.Length] : stored;
        for (var row = 0; row < Count; row++)
        {
            view.Row(row, stored);
            if (image != stored)
            {
                for (var i = 0; i < image.Length; i++)
                    image[i] = stored[(i % Channels * Height * Width) + (i / Channels)];
            }

            yield return image;
        }
    }

    private static (int Height, int Width) Square(RawArray array)
    {
        var side = (int)Math.Round(Math.Sqrt(array.Shape[1]));
        return (long)side * side == array.Shape[1] ? (side, side) : throw new DatasetException(
            $"{array.Place} has the shape {array.ShapeText}, and {array.Shape[1]} pixels are no square: say --shape "
                + "HEIGHTxWIDTH.");
    }
}
