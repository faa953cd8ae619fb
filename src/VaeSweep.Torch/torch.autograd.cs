using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

public static partial class torch
{
    /// <summary>Gradients without touching <see cref="Tensor.grad"/>.</summary>
    public static unsafe class autograd
    {
        /// <summary>Gradients of the outputs' weighted sum with respect to each input.</summary>
        /// <param name="outputs">What is differentiated.</param>
        /// <param name="inputs">With respect to what.</param>
        /// <param name="grad_outputs">Weights, one tensor for each output; may be left out for scalars.</param>
        /// <param name="retain_graph">Keep what was recorded, for a second pass.</param>
        /// <param name="create_graph">Record the gradients' own computation, for second derivatives. Fused operations refuse it.</param>
        /// <param name="allow_unused">An input that the outputs do not depend on gives null instead of an exception.</param>
        public static Tensor?[] grad(
            IReadOnlyList<Tensor> outputs,
            IReadOnlyList<Tensor> inputs,
            IReadOnlyList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false)
        {
            if (grad_outputs is not null && grad_outputs.Count != outputs.Count)
            {
                throw new ArgumentException($"{grad_outputs.Count} weights were given for {outputs.Count} outputs.", nameof(grad_outputs));
            }

            using var tops = new HandleArray(outputs.ToArray(), new nint[outputs.Count]);
            using var leaves = new HandleArray(inputs.ToArray(), new nint[inputs.Count]);
            using var seeds = new HandleArray((grad_outputs ?? []).ToArray(), new nint[grad_outputs?.Count ?? 0]);
            var results = new nint[inputs.Count];
            fixed (nint* o = tops.Pointers, i = leaves.Pointers, g = seeds.Pointers, r = results)
            {
                var status = Native.vs_grad(
                    o, outputs.Count, i, inputs.Count, grad_outputs is null ? null : g, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r);
                if (status != 0)
                {
                    throw Status.Failure(status, "autograd.grad", outputs.ToArray());
                }
            }

            return Array.ConvertAll(results, pointer => pointer == 0 ? null : new Tensor(pointer));
        }
    }
}
