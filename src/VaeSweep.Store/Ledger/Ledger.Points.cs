using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VaeSweep.Sweeps;

namespace VaeSweep.Store;

/// <content>Configurations without their seeds. The Ledger knows them by key alone; their texts are stored once, most of them as
/// what they differ in.</content>
public sealed partial class Ledger
{
    /// <summary>Numbers the configurations of one submit.</summary>
    private sealed class PointKeys(Ledger ledger)
    {
        private readonly PointChanges _changes = new();

        // Keys of the configurations that others of this submit are told against.
        private readonly Dictionary<string, long> _bases = new(StringComparer.Ordinal);

        // Trials of a point, which differ in their seeds, come one after the other in most expansions.
        private string? _lastText;
        private (int At, int Length) _lastSeed;
        private long _lastKey;

        public long KeyOf(Trial trial)
        {
            var seed = PointChanges.SeedIn(trial);
            if (IsLast(trial.ConfigJson, seed))
                return _lastKey;
            var hash = HashOf(trial.ConfigJson, seed);
            if (!ledger._points.TryGetValue(hash, out var key))
                key = Add(PointChanges.WithoutSeed(trial), hash, seed.At);
            (_lastText, _lastSeed, _lastKey) = (trial.ConfigJson, seed, key);
            return key;
        }

        private bool IsLast(string config, (int At, int Length) seed)
        {
            if (_lastText is null || seed.At != _lastSeed.At)
                return false;
            return seed.At < 0
                ? config == _lastText
                : config.AsSpan(0, seed.At).SequenceEqual(_lastText.AsSpan(0, seed.At))
                    && config.AsSpan(seed.At + seed.Length).SequenceEqual(_lastText.AsSpan(_lastSeed.At + _lastSeed.Length));
        }

        private long Add(string point, UInt128 hash, int seedAt)
        {
            var key = ledger._next.Point;
            var (against, changes) = _changes.Of(point);
            if (ReferenceEquals(against, point) || !_bases.TryGetValue(against, out var baseKey)
                || PointChanges.Applied(against, changes) != point)
            {
                // The first of its kind, or one that its changes would not give back to the letter.
                _bases.TryAdd(point, key);
                ledger.Set(new PointPut(new PointDocument(key, hash, seedAt, key, point)));
                return key;
            }

            ledger.Set(new PointPut(new PointDocument(key, hash, seedAt, baseKey, changes)));
            return key;
        }

        private static UInt128 HashOf(string config, (int At, int Length) seed)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            var cut = Math.Max(seed.At, 0);
            hash.AppendData(MemoryMarshal.AsBytes(config.AsSpan(0, cut)));
            hash.AppendData(MemoryMarshal.AsBytes(config.AsSpan(cut + seed.Length)));
            // Where the seed belongs is part of it: a trial's configuration is made from its point's.
            BinaryPrimitives.WriteInt32LittleEndian(bytes, seed.At);
            hash.AppendData(bytes[..sizeof(int)]);
            hash.GetHashAndReset(bytes);
            return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        }
    }
}
