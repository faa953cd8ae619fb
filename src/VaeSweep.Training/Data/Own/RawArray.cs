using System.Buffers.Binary;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace VaeSweep.Training.Data;

/// <summary>Where an array lies in a file, whatever the file's format: NumPy, IDX, safetensors.</summary>
/// <param name="File">Where its bytes are.</param>
/// <param name="Place">What it is called in messages.</param>
/// <param name="Offset">Of its first byte.</param>
/// <param name="ColumnMajor">The first size varies fastest, as Fortran has it.</param>
internal sealed record RawArray(
    string File, string Place, long Offset, ElementType Type, bool BigEndian, bool ColumnMajor, IReadOnlyList<long> Shape)
{
    public int ElementBytes => Type switch
    {
        ElementType.Bool or ElementType.UInt8 or ElementType.Int8 => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.UInt32 or ElementType.Int32 or ElementType.Float32 => 4,
        _ => 8,
    };

    /// <summary>Number of elements.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>The sizes, as NumPy writes them.</summary>
    public string ShapeText => $"({string.Join(", ", Shape)}{(Shape.Count == 1 ? "," : "")})";

    /// <summary>Refuses a file that does not hold exactly this.</summary>
    /// <param name="end">Where the array's bytes must end at; null: anywhere in the file.</param>
    /// <exception cref="DatasetException">It is cut short, or longer than it says.</exception>
    public RawArray Checked(long? end = null)
    {
        long needed;
        try
        {
            needed = checked(Length * ElementBytes);
        }
        catch (OverflowException overflow)
        {
            throw new DatasetException($"{Place}: the shape {ShapeText} is more than any file holds; it is damaged.", overflow);
        }

        if (Shape.Count == 0 || Shape.Any(size => size <= 0))
            throw new DatasetException($"{Place} has the shape {ShapeText}: there is nothing in it.");

        var there = (end ?? new FileInfo(File).Length) - Offset;
        var perImage = needed / Shape[0];
        if (there < needed)
        {
            throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"{Place} is cut short in row {Math.Max(there, 0) / perImage}: {ShapeText} of {Type} needs {needed:N0} "
                    + $"bytes, and ")
                + string.Create(CultureInfo.InvariantCulture, $"{Math.Max(there, 0):N0} are there."));
        }

        return there == needed ? this : throw new DatasetException(string.Create(
            CultureInfo.InvariantCulture,
            $"{Place} goes on for {there - needed:N0} bytes after {ShapeText} of {Type}: it is damaged."));
    }

    /// <summary>All of it as whole numbers; for labels.</summary>
    /// <exception cref="DatasetException">One is none.</exception>
    public int[] ToWholeNumbers()
    {
        using var view = new View(this);
        var numbers = new int[Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var value = view.At(i);
            if (value is < 0 or > int.MaxValue || value != Math.Floor(value))
                throw new DatasetException($"{Place}: row {i} is {value}; labels are whole numbers, at least 0.");

            numbers[i] = (int)value;
        }

        return numbers;
    }

    /// <summary>Its elements, read from the file as they are asked for.</summary>
    internal sealed unsafe class View : IDisposable
    {
        private readonly RawArray _array;
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private readonly byte* _start;

        public View(RawArray array)
        {
            _array = array;
            _file = MemoryMappedFile.CreateFromFile(array.File, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _start = start + array.Offset;
        }

        /// <summary>The element at a place of the file's own order.</summary>
        public double At(long index)
        {
            var size = _array.ElementBytes;
            var bytes = new ReadOnlySpan<byte>(_start + (index * size), size);
            var big = _array.BigEndian;
            return _array.Type switch
            {
                ElementType.Bool => bytes[0] == 0 ? 0 : 1,
                ElementType.UInt8 => bytes[0],
                ElementType.Int8 => (sbyte)bytes[0],
                ElementType.UInt16 => Bits16(bytes, big),
                ElementType.Int16 => (short)Bits16(bytes, big),
                ElementType.UInt32 => Bits32(bytes, big),
                ElementType.Int32 => (int)Bits32(bytes, big),
                ElementType.UInt64 => Bits64(bytes, big),
                ElementType.Int64 => (long)Bits64(bytes, big),
                ElementType.Float16 => (double)BitConverter.UInt16BitsToHalf(Bits16(bytes, big)),
                ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)Bits16(bytes, big) << 16),
                ElementType.Float32 => BitConverter.UInt32BitsToSingle(Bits32(bytes, big)),
                _ => BitConverter.UInt64BitsToDouble(Bits64(bytes, big)),
            };
        }

        /// <summary>One row of the first size, row-major.</summary>
        public void Row(long row, Span<float> values)
        {
            if (_array.ColumnMajor)
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)At(PlaceOf(row, i));
            }
            else if (_array.Type == ElementType.UInt8)
            {
                var bytes = new ReadOnlySpan<byte>(_start + (row * values.Length), values.Length);
                for (var i = 0; i < values.Length; i++)
                    values[i] = bytes[i];
            }
            else if (_array is { Type: ElementType.Float32, BigEndian: false })
            {
                new ReadOnlySpan<byte>(_start + (row * values.Length * sizeof(float)), values.Length * sizeof(float))
                    .CopyTo(MemoryMarshal.AsBytes(values));
            }
            else
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)At((row * values.Length) + i);
            }
        }

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }

        private long PlaceOf(long row, long i)
        {
            var sizes = _array.Shape;
            Span<long> index = stackalloc long[sizes.Count];
            index[0] = row;
            for (var axis = sizes.Count - 1; axis > 0; axis--)
                (i, index[axis]) = Math.DivRem(i, sizes[axis]);

            var place = 0L;
            for (var axis = sizes.Count - 1; axis >= 0; axis--)
                place = (place * sizes[axis]) + index[axis];

            return place;
        }

        private static ushort Bits16(ReadOnlySpan<byte> bytes, bool big) =>
            big ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

        private static uint Bits32(ReadOnlySpan<byte> bytes, bool big) =>
            big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

        private static ulong Bits64(ReadOnlySpan<byte> bytes, bool big) =>
            big ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
