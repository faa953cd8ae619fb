using System.Buffers.Binary;
using LiteDB;

namespace VaeSweep.Store.LiteDb;

/// <summary>A document as it was found in the pages.</summary>
/// <param name="Collection">Null when it is not known.</param>
/// <param name="Fits">It matches its own checksum.</param>
/// <param name="Whole">All its pages match theirs; if not, it may be an older version.</param>
internal sealed record FoundDocument(string? Collection, BsonDocument Document, bool Fits, bool Whole);

/// <summary>Finds documents page by page, without any index, and what cannot be read.</summary>
/// <remarks>LiteDB 5.0.21: slots of four bytes at the page's end; a block is a flag, the next block's address and bytes; an index
/// node has levels, the
/// document's address and the key.</remarks>
internal sealed class RawScan(RawPages pages)
{
    private const byte IndexPage = 3;
    private const byte DataPage = 4;
    private const int TypeOffset = 4;
    private const int CollectionOffset = 19;
    private const int HighestOffset = 30;
    private const int NoSlot = 255;
    private const int BlockHeader = 6;
    private const int MostDocumentBytes = 17 << 20;
    private const byte Int64Key = 3;

    private readonly Dictionary<uint, string> _names = pages.Collections();
    private readonly byte[] _page = new byte[LitePage.Size];

    public List<uint> DamagedPages { get; } = [];

    /// <summary>Documents of which something is there, but not all.</summary>
    public List<string> BrokenDocuments { get; } = [];

    /// <summary>Keys that an index has, of int64 keys.</summary>
    public HashSet<(string Collection, long Id)> IndexKeys { get; } = [];

    /// <summary>Goes over all pages once.</summary>
    public IEnumerable<FoundDocument> Documents()
    {
        var page = new byte[LitePage.Size];
        for (uint id = 0; id < pages.Count; id++)
        {
            var whole = pages.Read(id, page);
            if (!whole)
                DamagedPages.Add(id);
            if (page[TypeOffset] == IndexPage && whole)
                ReadIndex(page);
            if (page[TypeOffset] != DataPage)
                continue;
            var collection = _names.GetValueOrDefault(BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(CollectionOffset)));
            foreach (var block in Slots(page).ToList())
            {
                if (page[block.Offset] == 0 && Found(page.AsSpan(block.Offset, block.Length), collection, whole) is { } found)
                    yield return found;
            }
        }
    }

    private FoundDocument? Found(ReadOnlySpan<byte> first, string? collection, bool whole)
    {
        using var bytes = new MemoryStream();
        bytes.Write(first[BlockHeader..]);
        var (next, slot) = Address(first[1..]);
        for (var blocks = 0; next != uint.MaxValue || slot != NoSlot; blocks++)
        {
            if (next >= pages.Count || bytes.Length > MostDocumentBytes || blocks > MostDocumentBytes / BlockHeader)
                return Broken(first, collection, whole);
            whole &= pages.Read(next, _page);
            if (_page[TypeOffset] != DataPage || SlotAt(_page, slot) is not { } block || _page[block.Offset] == 0)
                return Broken(first, collection, whole);
            bytes.Write(_page, block.Offset + BlockHeader, block.Length - BlockHeader);
            (next, slot) = Address(_page.AsSpan(block.Offset + 1));
        }

        if (RawDocument.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not { } document)
            return Broken(first, collection, whole);
        collection = collection is not null && (whole || Fits(collection, document)) ? collection
            : StoreCollections.All.FirstOrDefault(name => Fits(name, document)) ?? collection;
        var fits = collection is not null && Fits(collection, document);
        if (!fits)
            BrokenDocuments.Add(DocumentName.Of(collection, document["_id"]));
        return new FoundDocument(collection, document, fits, whole);
    }

    private static bool Fits(string collection, BsonDocument document)
    {
        try
        {
            return DocumentSum.Fits(collection, document);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private FoundDocument? Broken(ReadOnlySpan<byte> first, string? collection, bool whole)
    {
        // What begins on a damaged page may never have been a document.
        var key = RawDocument.Key(first[BlockHeader..]);
        if (whole || key is not null)
            BrokenDocuments.Add(DocumentName.Of(collection, key ?? "?"));
        return null;
    }

    private void ReadIndex(byte[] page)
    {
        if (!_names.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(CollectionOffset)), out var collection))
            return;
        foreach (var (offset, length) in Slots(page))
        {
            var node = page.AsSpan(offset, length);
            if (length < 13 || node[0] != 0)
                continue;
            var key = 12 + (node[1] * 10);
            if (key + 1 + sizeof(long) <= length && node[key] == Int64Key)
                IndexKeys.Add((collection, BinaryPrimitives.ReadInt64LittleEndian(node[(key + 1)..])));
        }
    }

    private static IEnumerable<(int Offset, int Length)> Slots(byte[] page)
    {
        var highest = page[HighestOffset];
        for (var slot = 0; slot <= highest && highest != NoSlot; slot++)
        {
            if (SlotAt(page, slot) is { } found)
                yield return found;
        }
    }

    private static (int Offset, int Length)? SlotAt(byte[] page, int slot)
    {
        if (slot > page[HighestOffset] || page[HighestOffset] == NoSlot)
            return null;
        var at = LitePage.Size - ((slot + 1) * 4);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(at)),
            offset = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(at + 2));
        return offset >= LitePage.HeaderBytes && length > BlockHeader && offset + length <= LitePage.Size ? (offset, length)
            : null;
    }

    private static (uint Page, int Slot) Address(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(bytes), bytes[4]);
}
